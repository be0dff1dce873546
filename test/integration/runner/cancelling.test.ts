import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { createFixtureRunner, eventually, localBundle } from './run-fixture.js';

const make = temporaryFolders();

/** Says that it runs, waits until it may go on, prints more than a pipe takes. */
const waits = `
import os, time
def wire(entrypoint, params, seed):
    open(params["name"], "w").close()
    while not os.path.exists(params["go"]): time.sleep(0.005)
    for _ in range(400): print("x" * 1023)
    return {"a": "1"}
`;

test('cancelling a task touches no other one, whatever descriptors they have been given', async (t) => {
  const runner = await createFixtureRunner();
  t.after(() => runner.close());
  const bundle = await localBundle(await make({ 'wire.py': waits }));
  for (let round = 0; round < 6; round++) {
    const folder = await make();
    const run = (name: string, go: string, signal?: AbortSignal) => {
      const params = JSON.stringify({ name: join(folder, name), go: join(folder, go) });
      return runner.run('', { bundle, params, timeoutMs: 20_000, ...(signal && { signal }) });
    };
    const running = (...names: string[]) =>
      eventually('all run', () => names.every((name) => existsSync(join(folder, name))));
    const stopping = new AbortController();

    const before = Array.from({ length: 1 + (round % 3) }, (_, n) => run(`before${n}`, 'first'));
    await running(...before.map((_, n) => `before${n}`));
    const cancelled = run('cancelled', 'never', stopping.signal);
    await running('cancelled');
    await writeFile(join(folder, 'first'), '');
    await Promise.all(before);

    const others = [run('one', 'second'), run('two', 'second')];
    await running('one', 'two');
    stopping.abort();
    assert.equal((await cancelled).outcome, 'cancelled');
    await writeFile(join(folder, 'second'), '');
    for (const { outcome, reason } of await Promise.all(others)) {
      assert.equal(outcome, 'succeeded', `round ${round}: ${reason}`);
    }
  }
});
