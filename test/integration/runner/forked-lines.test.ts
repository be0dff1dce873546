import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ForkRefused } from '../../../src/simulation/fork-refused.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { createFixtureRunner, localBundle } from './run-fixture.js';
import { onLinux } from './run-forked.js';

const make = temporaryFolders();
const wire = 'def wire(*task): return {"a": "1"}\n';
const check = { id: 'a', entrypoints: [], targets: [] };
const poller = 'threading.Thread(target=time.sleep, args=(600,), daemon=True, name="poller").start()';

const cases: [string, Record<string, string>, RegExp][] = [
  [
    'a line of wire.py',
    { 'wire.py': `import socket\n\nheld = socket.socket()\n${wire}` },
    /holds sockets \(.*\), in wire\.py, line 3 \(`held = socket\.socket\(\)`\): let a function do that/,
  ],
  [
    'a line of a module that it imports',
    {
      'wire.py': `from models import sir\n${wire}`,
      'models/__init__.py': '',
      'models/sir.py': `import threading, time\n${poller}\n`,
    },
    /runs 1 more thread \(poller\), in models\/sir\.py, line 2 \(`threading\.Thread/,
  ],
  [
    'a line that calls a function',
    { 'wire.py': `import signal\ndef begin():\n    signal.alarm(600)\nbegin()\n${wire}` },
    /sets a timer, in wire\.py, line 4 \(`begin\(\)`\)/,
  ],
  [
    'a line in a loop',
    { 'wire.py': `import os\nheld = []\nfor _ in range(3):\n    held += os.pipe()\n${wire}` },
    /holds pipes open, .*, in wire\.py, line 4 \(/,
  ],
  [
    'a line of a model that is imported ahead',
    {
      'wire.py': wire,
      'models/seir.py': `import threading, time\n${poller}\n`,
      '.modelops-bundle/registry.yaml': 'models:\n  seir:\n    entrypoint: models.seir:Seir\n',
    },
    /runs 1 more thread \(poller\), in models\/seir\.py, line 2/,
  ],
  [
    'a line that makes a file',
    {
      'wire.py': `import os\n\nos.mkdir("results")\nwith open("results/a", "w"): pass\n${wire}`,
    },
    /writes files \(bundle\/results, bundle\/results\/a\), in wire\.py, line 3 \(.*\), wire\.py, line 4 \(/,
  ],
];
for (const [what, files, reason] of cases) {
  test(`a check names ${what} that keeps a model from being forked`, onLinux, async (t) => {
    const bundle = await localBundle(await make(files));
    const runner = await createFixtureRunner();
    t.after(() => runner.close());
    await assert.rejects(runner.run('', { bundle, executor: 'forkserver', check }), (error) => {
      assert.ok(error instanceof ForkRefused, String(error));
      assert.match(error.message, reason);
      return true;
    });
    // A task does not wait for that.
    await assert.rejects(
      runner.run('', { bundle, executor: 'forkserver' }),
      /As `mops-cold bundle check` tells the line, let a function do that which each task calls\.$/,
    );
  });
}

test('a check imports any module as it is', onLinux, async (t) => {
  const code = `"""What it does."""
from __future__ import annotations
if __doc__ != "What it does.":
    raise AssertionError(__doc__)
elif False:
    pass
else:
    try:
        import a_package_that_nobody_has
    except ImportError:
        import broken
    finally:
        of: a_name_that_nobody_has = 1
with open(__file__):
    for _ in range(100): pass
class Rate:
    @property
    def beta(self): return 1
async def later(): ...
def wire(*task): return {"a": "1"}
`;
  const bundle = await localBundle(
    await make({
      'wire.py': code,
      'broken.py': 'try: import fails\nexcept ZeroDivisionError: pass\n',
      'fails.py': '1 / 0\n',
    }),
  );
  const runner = await createFixtureRunner();
  t.after(() => runner.close());
  const { outcome, reason } = await runner.run('', { bundle, executor: 'forkserver', check });
  assert.equal(outcome, 'succeeded', reason);
});
