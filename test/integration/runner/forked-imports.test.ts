import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { onLinux, withModel } from './run-forked.js';

test(
  'what an import sets in the environment stays, but for the folders, which are those of the task',
  onLinux,
  () =>
    withModel(
      `
import os, tempfile
os.environ["OMP_NUM_THREADS"], os.environ["MODEL"], os.environ["XDG_CACHE_HOME"] = "3", "seir", "/elsewhere"
del os.environ["XDG_DATA_HOME"]
tempfile.tempdir = "/"
def wire(entrypoint, params, seed):
    names = ["OMP_NUM_THREADS", "MODEL", "XDG_CACHE_HOME", "XDG_DATA_HOME", "HOME", "TMPDIR"]
    return {**{name: os.environ.get(name, "") for name in names}, "tempdir": tempfile.gettempdir()}
`,
      async (run) => {
        for (const executor of ['forkserver', 'cold'] as const) {
          const { outputs, seenAt } = await run({ executor });
          assert.deepEqual(outputs, {
            OMP_NUM_THREADS: '3',
            MODEL: 'seir',
            XDG_CACHE_HOME: '/elsewhere',
            XDG_DATA_HOME: '',
            HOME: join(seenAt, 'home'),
            TMPDIR: join(seenAt, 'tmp'),
            tempdir: '/',
          });
        }
      },
    ),
);

test('a model that replaces functions of json is none the worse', onLinux, () =>
  withModel(
    'import json\njson.dumps = lambda value: b"{}"\njson.loads = lambda text: None\njson.JSONEncoder.encode = lambda self, value: "{}"\ndef wire(*task): return {"a": [1]}\n',
    async (run) => {
      for (const executor of ['forkserver', 'cold'] as const) {
        assert.deepEqual((await run({ executor })).outputs, { a: '[1]' });
      }
    },
  ),
);

test(
  'a generator that the import has seeded begins as it was seeded in every task, one that it has not anew',
  onLinux,
  async () => {
    const draws = (seeding: string) =>
      `import random\n${seeding}\ndef wire(*task): return {"a": str(random.random())}\n`;
    const drawn = async (seeding: string, executor: 'cold' | 'forkserver') => {
      const values: string[] = [];
      await withModel(draws(seeding), async (run) => {
        for (let task = 0; task < 2; task++) values.push((await run({ executor })).outputs.a ?? '');
      });
      return values;
    };
    const [seeded, forked] = [
      await drawn('random.seed(42)', 'cold'),
      await drawn('random.seed(42)', 'forkserver'),
    ];
    assert.deepEqual(forked, seeded);
    assert.equal(new Set(seeded).size, 1);
    assert.equal(new Set(await drawn('', 'forkserver')).size, 2);
  },
);

test('what the import takes counts as memory of each task', onLinux, () =>
  withModel(
    `
held = bytearray(b"x") * (100 << 20)
def wire(entrypoint, params, seed):
    more = bytearray(b"x") * (params["mebibytes"] << 20)
    import time
    time.sleep(0.3)
    return {"a": "1"}
`,
    async (run) => {
      const memoryLimitBytes = 200 << 20;
      for (const executor of ['cold', 'forkserver'] as const) {
        const [fits, not] = await Promise.all(
          [40, 140].map((mebibytes) =>
            run({ executor, memoryLimitBytes, params: `{"mebibytes": ${mebibytes}}` }),
          ),
        );
        assert.deepEqual([fits?.outcome, not?.outcome], ['succeeded', 'out-of-memory'], executor);
      }
    },
  ),
);

test(
  'a forked process that exits by itself leaves without what the import has registered for that',
  onLinux,
  () =>
    withModel(
      `
import atexit, sys
atexit.register(lambda: print("registered"))
def wire(entrypoint, params, seed): sys.exit(params["code"])
`,
      async (run) => {
        for (const [code, exits] of [
          ['3', 3],
          ['"no way"', 1],
          ['null', 0],
          ['-1', 255],
        ] as const) {
          const { exit, logText, outcome } = await run({ params: `{"code": ${code}}` });
          assert.deepEqual([exit.code, outcome], [exits, exits === 0 ? 'no-result' : 'crashed']);
          assert.doesNotMatch(logText, /registered/);
          if (exits === 1) assert.match(logText, /no way/);
        }
      },
    ),
);

test('an import that blocks the signal of ended processes hides no end', onLinux, () =>
  withModel(
    `
import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
def wire(entrypoint, params, seed):
    if params["exit"]: os._exit(3)
    return {"blocked": str(signal.SIGCHLD in signal.pthread_sigmask(signal.SIG_BLOCK, []))}
`,
    async (run) => {
      assert.deepEqual((await run({ params: '{"exit": false}' })).outputs, { blocked: 'True' });
      const { outcome, exit } = await run({ params: '{"exit": true}' });
      assert.deepEqual([outcome, exit.code], ['crashed', 3]);
    },
  ),
);
