import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodeArtifactName } from '../../../src/contracts/result/artifact-name.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { runReuse } from './run-reuse.js';

const make = temporaryFolders();
const simulation = (name: string) => join(packageRoot, 'test', 'fixtures', 'simulations', name);
const task = (seed: number, params: Record<string, unknown> = {}) => ({ params, seed });

test('tasks that share a process find what the earlier ones left', async () => {
  const { events } = await runReuse({
    folder: simulation('counts_calls'),
    tasks: [task(1), task(2), task(3)],
  });
  assert.deepEqual(
    events.map(({ outputs }) => outputs.calls),
    ['1', '2', '3'],
  );
});

test('what a task raises is its outcome, and the next one runs', async () => {
  const { events } = await runReuse({ folder: simulation('raises'), tasks: [task(1), task(2)] });
  assert.deepEqual(
    events.map(({ outcome }) => outcome.kind),
    ['raised', 'raised'],
  );
  assert.match(events[0]?.outcome.error?.traceback ?? '', /wire\.py/);
});

test('a crash leaves the events before it', async () => {
  const { events, exitCode } = await runReuse({ folder: simulation('segfaults'), tasks: [task(1)] });
  assert.deepEqual([events, exitCode], [[], undefined]);
});

test('outputs have their encoded names as file names', async () => {
  const { events } = await runReuse({ folder: simulation('odd_names'), tasks: [task(1)] });
  const names = ['a/b', '..', '.', 'nul\0', 'é世界', 'a b', '%2F', 'n'.repeat(200)];
  assert.deepEqual(
    events[0]?.outputs,
    Object.fromEntries(names.map((name) => [encodeArtifactName(name), name])),
  );
});

test('what a task returned beside what is no result is kept, and so is how it declares its failure', async () => {
  const { events } = await runReuse({
    folder: simulation('returns_with_a_fault'),
    tasks: [task(1, { return: 'names' }), task(1, { return: 'declared' })],
  });
  assert.deepEqual(events[0]?.outputs, { good: 'kept' });
  assert.deepEqual(
    events.map(({ outcome }) => outcome.error?.type),
    ['InvalidResult', 'Error'],
  );
  assert.equal(events[1]?.outcome.error?.message, 'no registry');
});

test('of environment variables it is told that they changed, and never their values, which may be secrets; they are put back all the same', async () => {
  const wire = `import os
def wire(entrypoint, params, seed):
    found = os.environ.get("TOKEN", "none")
    os.environ["TOKEN"] = "hunter%d" % seed
    return {"found": found}
`;
  const folder = await make({ 'wire.py': wire });
  const tasks = [task(1), task(2), task(3)];
  const { events } = await runReuse({ folder, tasks, watch: true });
  assert.doesNotMatch(JSON.stringify(events.map(({ changes }) => changes)), /hunter/);
  const told = events.map(({ changes = [] }) => changes.find(({ key }) => key === 'process:env:TOKEN'));
  assert.deepEqual(
    told.slice(0, 2).map((change) => [change?.before, change?.after]),
    [
      [null, 'a value of 7 characters'],
      ['a value of 7 characters', 'another value of 7 characters'],
    ],
  );
  const restore = [{ before: 2, from: 1, changes: ['process:env:TOKEN'] }];
  const mended = await runReuse({ folder, tasks, restore });
  assert.deepEqual(
    mended.events.map(({ outputs }) => outputs.found),
    ['none', 'hunter1', 'hunter1'],
  );
});
