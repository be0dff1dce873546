import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { EnvironmentFailed } from '../../../src/simulation/environment-failed.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { createFixtureRunner, eventually, type FixtureRun, localBundle } from './run-fixture.js';

const make = temporaryFolders();

/** Compiles into its folder and into HOME, as numba and its kind do, and tells what it found there. */
const model = (calls: string) => `
import os
def wire(entrypoint, params, seed):
    with open("${calls}", "a") as calls:
        calls.write(f"{entrypoint} {params!r} {seed}\\n")
    found = []
    for path in ("__pycache__/kernel.nbi", os.path.expanduser("~/.cache/fonts/list.json")):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "a+") as file:
            file.seek(0)
            found.append(file.read())
            file.write(f"made by {entrypoint}")
    return {"found": found, "time": str(os.stat(__file__).st_mtime_ns)}
`;

const warmUp = '{"warm_up": {"entrypoint": "model.warm/up", "params": {"size": 1.0, "steps": 2}}}';

async function modelWith(manifest: string) {
  const calls = join(await make({ calls: '' }), 'calls');
  const folder = await make({ 'wire.py': model(calls), '.modelops/manifest.json': manifest });
  return { bundle: await localBundle(folder), calls: () => readFile(calls, 'utf8') };
}

const ways: [string, FixtureRun, Parameters<typeof createFixtureRunner>[0]][] = [
  ['cold', {}, {}],
  ['ahead of its task', {}, { standby: { most: 1, unusedMs: 60_000 } }],
  ...(process.platform === 'linux'
    ? ([['forked', { executor: 'forkserver' }, {}]] satisfies [string, FixtureRun, object][])
    : []),
];
for (const [how, run, options] of ways) {
  test(`a task that is started ${how} begins with what the warm-up has left, and has it for itself`, async () => {
    const { bundle, calls } = await modelWith(warmUp);
    const runner = await createFixtureRunner(options);
    try {
      const reports = [
        ...(await Promise.all([runner.run('', { bundle, ...run }), runner.run('', { bundle, ...run })])),
        await runner.run('', { bundle, ...run }),
      ];
      for (const { outcome, reason, outputs, attestation } of reports) {
        assert.equal(outcome, 'succeeded', reason);
        assert.deepEqual(JSON.parse(outputs.found ?? ''), ['made by model.warm/up', 'made by model.warm/up']);
        assert.match(attestation?.warm_up ?? '', /^sha256:[0-9a-f]{64}$/);
        assert.equal(attestation?.ordinal, 1);
      }
      const all = (values: unknown[]) => new Set(values).size;
      assert.equal(all(reports.map(({ attestation }) => attestation?.warm_up)), 1);
      assert.equal(
        all(reports.map(({ outputs }) => outputs.time)),
        1,
        'its files have the same time in each',
      );
      assert.equal(all(reports.map(({ attestation }) => attestation?.nonce)), 3);
      const [first, ...others] = (await calls()).trimEnd().split('\n');
      assert.equal(first, "model.warm/up {'size': 1.0, 'steps': 2} 0");
      assert.deepEqual(others, Array(3).fill('models.test/baseline {} 7'), 'it has run once');
    } finally {
      await runner.close();
    }
  });
}

test('parameters of a warm-up in pyproject.toml keep their kind, too', async () => {
  const folder = await make({
    'wire.py': '',
    'pyproject.toml':
      '[tool.modelops]\ntimeout_seconds = 5\n[tool.modelops.warm_up]\nparams = {beta = 1.0, steps = 3, name = "x"}\n',
  });
  const { metadata } = await localBundle(folder);
  assert.equal(metadata.timeout_seconds, 5);
  assert.deepEqual(
    Object.entries(metadata.warm_up?.params ?? {}).map(([name, value]) => [name, String(value)]),
    [
      ['beta', '1.0'],
      ['steps', '3'],
      ['name', 'x'],
    ],
  );
});

const failures: [string, string, RegExp][] = [
  [
    'raises',
    'raise RuntimeError("no kernel")',
    /ended as simulation-failed: .*RuntimeError: no kernel.*leave warm_up out/s,
  ],
  ['never ends', 'import time\n    time.sleep(600)', /ended as timed-out: .*time limit is 2 s/],
  ['ends its process', 'import os\n    os._exit(3)', /ended as crashed: .*exit code 3/],
];
for (const [what, line, reason] of failures) {
  test(`a warm-up that ${what} is told by name, and does not run again for each task`, async () => {
    const calls = join(await make({ calls: '' }), 'calls');
    const folder = await make({
      'wire.py': `def wire(entrypoint, params, seed):\n    open("${calls}", "a").write("x")\n    ${line}\n`,
      '.modelops/manifest.json': warmUp,
    });
    const bundle = await localBundle(folder);
    const runner = await createFixtureRunner();
    try {
      for (let task = 0; task < 2; task++)
        await assert.rejects(runner.run('', { bundle, timeoutMs: 2_000 }), (error: Error) => {
          assert.ok(error instanceof EnvironmentFailed);
          assert.match(error.message, reason);
          return true;
        });
      assert.equal(await readFile(calls, 'utf8'), 'x');
    } finally {
      await runner.close();
    }
  });
}

test('a task that is cancelled does not wait for the warm-up, which goes on for the others', async () => {
  const [begun, go] = [join(await make(), 'begun'), join(await make(), 'go')];
  const folder = await make({
    'wire.py': `
import os, time
def wire(entrypoint, params, seed):
    if not os.path.exists("${begun}"): open("${begun}", "w").close()
    while not os.path.exists("${go}"): time.sleep(0.01)
    return {"a": "1"}
`,
    '.modelops/manifest.json': warmUp,
  });
  const bundle = await localBundle(folder);
  const runner = await createFixtureRunner();
  try {
    const cancelling = new AbortController();
    const cancelled = assert.rejects(runner.run('', { bundle, signal: cancelling.signal }));
    await eventually('the warm-up runs', () => existsSync(begun));
    const other = runner.run('', { bundle });
    cancelling.abort();
    await cancelled;
    await writeFile(go, '');
    assert.equal((await other).outcome, 'succeeded');
  } finally {
    await runner.close();
  }
});
