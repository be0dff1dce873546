import assert from 'node:assert/strict';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { execa } from 'execa';
import { packBundle } from '../../../src/bundles/pack/pack-bundle.js';
import { buildDemoBundle } from '../../../src/demonstration/build-demo-bundle.js';
import {
  findNativeToolchain,
  type NativeToolchain,
} from '../../../src/environments/find-native-toolchain.js';
import { findPython } from '../../../src/environments/find-python.js';
import { makeFolder } from '../../fixtures/files/make-folder.js';
import { buildStatics } from '../../fixtures/statics/build-statics.js';

const { python } = await findPython('python3');
const here = await findNativeToolchain(python);
const lackingCompiler = 'lacking' in here.compiler && here.compiler.lacking;
const lackingHeaders = lackingCompiler || ('lacking' in here.pythonHeaders && here.pythonHeaders.lacking);
const nothing = { lacking: 'it was taken away by the test' };

let parent = '';
before(async () => {
  parent = await makeFolder();
});
after(() => rm(parent, { recursive: true }));

const build = (name: string, toolchain: NativeToolchain) =>
  buildDemoBundle({ python, folder: join(parent, name), toolchain });

/** The summaries of several tasks that one process runs in this order. */
async function inOneProcess(folder: string, tasks: { params: object; seed: string }[]): Promise<string[]> {
  const script = `
import json, sys
sys.path.insert(0, sys.argv[1])
from wire import wire
for task in json.loads(sys.argv[2]):
    outputs = wire("models.seir/baseline", task["params"], int(task["seed"]))
    print(json.dumps({name: value.decode() for name, value in outputs.items()}))
`;
  const { stdout } = await execa(python, ['-I', '-B', '-c', script, folder, JSON.stringify(tasks)]);
  return stdout.split('\n');
}

const alone = async (folder: string, task: { params: object; seed: string }) =>
  (await inOneProcess(folder, [task]))[0];

const tasks = [0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55].flatMap((beta) =>
  ['7', '18446744073709551615'].map((seed) => ({ params: { beta }, seed })),
);

const variants = [
  { variant: 'extension', toolchain: here, skip: lackingHeaders },
  { variant: 'ctypes', toolchain: { ...here, pythonHeaders: nothing }, skip: lackingCompiler },
  { variant: 'libc', toolchain: { compiler: nothing, pythonHeaders: nothing }, skip: false },
] as const;

for (const { variant, toolchain, skip } of variants) {
  describe(`the demo bundle, variant ${variant}`, { skip }, () => {
    test('says which variant it is and why', async () => {
      const built = await build(variant, toolchain);
      assert.equal(built.variant, variant);
      assert.equal(
        /because it was taken away by the test\.$/.test(built.explanation),
        variant !== 'extension',
      );
      assert.deepEqual(
        (await readdir(parent)).filter((name) => name.startsWith(`${variant}.`)),
        [],
      );
    });

    test('is right in fresh processes; in one process only for the first three parameter sets', async () => {
      const folder = join(parent, variant);
      const fresh = await Promise.all(tasks.map((task) => alone(folder, task)));
      const reused = await inOneProcess(folder, tasks);
      assert.equal(new Set(fresh).size, tasks.length, 'every task has a result of its own');
      assert.deepEqual(
        tasks.map((_, index) => reused[index] === fresh[index]),
        tasks.map((_, index) => index < 3 * 2),
      );
    });

    test('has the same digest when it is built again', async () => {
      const again = await build(`${variant}-again`, toolchain);
      assert.equal((await packBundle(again.folder)).digest, (await packBundle(join(parent, variant))).digest);
    });
  });
}

test('all variants simulate the same epidemic', { skip: lackingHeaders }, async () => {
  const task = {
    params: { beta: 0.31, gamma: 0.12, population: 5000, days: 400 },
    seed: '12345678901234567890',
  };
  const results = await Promise.all(variants.map(({ variant }) => alone(join(parent, variant), task)));
  assert.equal(new Set(results).size, 1);
  const outputs = JSON.parse(results[0] ?? '');
  const rows: string[] = outputs.incidence.trim().split('\n');
  assert.equal(rows.length, 401);
  for (const row of rows.slice(1)) {
    const [, s = 0, e = 0, i = 0, r = 0] = row.split(',').map(Number);
    assert.equal(s + e + i + r, 5000, 'nobody is lost');
  }
  assert.ok(JSON.parse(outputs.summary).attack_rate > 0.5);
});

test('parameters that make no sense are refused by name', async () => {
  for (const [params, reason] of [
    [{ betta: 0.3 }, /unknown parameter 'betta'/],
    [{ beta: -1 }, /beta is -1, which is out of range/],
    [{ days: 1.5 }, /days is 1\.5, a whole number/],
    [{ beta: '0.3' }, /beta is '0\.3', a number is required/],
    [{ population: 5 }, /initial_infected is 10, the population has only 5/],
  ] as const) {
    await assert.rejects(alone(join(parent, 'libc'), { params, seed: '1' }), reason);
  }
});

test('a folder in use is left alone', async () => {
  await writeFile(join(parent, 'in-use'), '');
  await assert.rejects(buildDemoBundle({ python, folder: parent }), /it is not empty/);
});

test('a compiler that fails leads to the next variant, which says so', async () => {
  const built = await build('broken', { compiler: { path: 'false' }, pythonHeaders: here.pythonHeaders });
  assert.equal(built.variant, 'libc');
  assert.match(built.explanation, /because .*false cannot compile it/);
});

test('the statics fixture remembers earlier calls of its process and nothing else', async (t) => {
  const built = await buildStatics(python);
  if ('skip' in built) return t.skip(built.skip);
  try {
    const script = `import sys, os; sys.path.insert(0, sys.argv[1]); import wire
for x in (1, 2): print(wire.wire("models.statics/count", {"x": x}, 5)["counters"].decode())
print(os.getpid())`;
    for (let round = 0; round < 2; round++) {
      const lines: string[] = (await execa(python, ['-I', '-B', '-c', script, built.folder])).stdout.split(
        '\n',
      );
      const [first = '', second = '', pid = ''] = lines;
      const counters = (n: number) => ({
        file_static: n,
        function_static: n,
        meyers_singleton: n,
        pid: Number(pid),
      });
      assert.deepEqual(JSON.parse(first), { ...counters(1), params: { x: 1 }, seed: 5 });
      assert.deepEqual(JSON.parse(second), { ...counters(2), params: { x: 2 }, seed: 5 });
    }
  } finally {
    await rm(built.folder, { recursive: true });
  }
  assert.equal(dirname(built.folder), dirname(parent));
});
