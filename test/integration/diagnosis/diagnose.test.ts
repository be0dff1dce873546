import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';
import { processesOf } from '../runner/run-fixture.js';
import { diagnoseFolder } from './diagnose-fixture.js';

const make = temporaryFolders();
const sets = (count: number) => Array.from({ length: count }, (_, index) => `{"x": ${index + 1}}`);

async function diagnosed(
  wire: string,
  parameters: string[],
  options: Omit<Parameters<typeof diagnoseFolder>[2], 'scratch'> = {},
) {
  const scratch = await make();
  const folder = await make({ 'wire.py': `import json, os, sys\n${wire}` });
  const found = await diagnoseFolder(folder, parameters, { scratch, ...options });
  const workers = join(scratch, 'w');
  const left = existsSync(workers) ? readdirSync(workers) : [];
  assert.deepEqual([left, processesOf(scratch)], [[], []], 'nothing is left');
  return found;
}

const threeSlots = `
SLOTS = {}
def wire(entrypoint, params, seed):
    key = params["x"]
    if key not in SLOTS and len(SLOTS) < 3:
        SLOTS[key] = key * 10
    used = SLOTS.get(key, list(SLOTS.values())[-1])
    return {"table.csv": f"day,cases\\n1,{used}\\n2,{used + seed}\\n", "summary": {"total": used}}
`;

test('a cache that is full is found: from which parameter set on, by the fewest tasks, and what triggers it', async () => {
  const found = await diagnosed(threeSlots, sets(5), { seeds: [1, 2] });
  assert.equal(found.verdict, 'leak');
  assert.deepEqual(
    found.orders.map(({ name, wrong_from: wrong }) => [name, wrong?.parameter_sets]),
    [
      ['in order', 4],
      ['reversed', 4],
      ['shuffled', 4],
    ],
  );
  assert.deepEqual(found.orders[0]?.cells, [...Array(6).fill('same'), ...Array(4).fill('different')]);
  const { shortest, trigger } = found.leak ?? assert.fail();
  assert.equal(shortest.sequence.length, 4, 'three other sets, and the one that is wrong after them');
  assert.deepEqual([shortest.wrong, shortest.times], [3, 3]);
  assert.equal(trigger.kind, 'parameters');
  assert.deepEqual(
    trigger.tries.map(({ what, wrong }) => [what, wrong]),
    [
      ['count', false],
      ['seeds', false],
      ['parameters', true],
    ],
  );
  const column =
    shortest.difference.outputs.find(({ output }) => output === 'table.csv')?.content?.fields[0] ??
    assert.fail();
  assert.equal(column.field, 'cases');
  assert.ok((column.largest?.absolute ?? 0) > 0);
  const plot = found.plots.find(({ field }) => field === 'cases') ?? assert.fail();
  assert.equal(plot.parameter, 'x');
  assert.equal(plot.points.length, 10);
  assert.ok(plot.points.every(({ task, cold, reused }) => (task < 6 ? cold === reused : cold !== reused)));
});

const triggers: [string, string, string][] = [
  [
    'count',
    'the mere count of tasks',
    'N = [0]\ndef wire(e, p, seed):\n    N[0] += 1\n    return {"n": N[0]}',
  ],
  ['seeds', 'another seed', 'S = []\ndef wire(e, p, seed):\n    S.append(seed)\n    return {"seed": S[0]}'],
  [
    'parameters',
    'other parameters',
    'P = []\ndef wire(e, p, seed):\n    P.append(p["x"])\n    return {"x": P[0]}',
  ],
];
for (const [kind, what, wire] of triggers) {
  test(`what triggers it is told: ${what}`, async () => {
    const found = await diagnosed(wire, sets(3), { seeds: [1, 2] });
    assert.equal(found.verdict, 'leak');
    assert.equal(found.leak?.trigger.kind, kind);
    assert.equal(found.leak?.shortest.sequence.length, 2);
  });
}

test('of many tasks the one that spoils a later one is found', async () => {
  const wire = `
SPOILED = []
def wire(e, p, seed):
    if p["x"] == 7: SPOILED.append(1)
    return {"y": 99 if SPOILED and p["x"] == 19 else p["x"]}
`;
  const { leak, orders } = await diagnosed(wire, sets(24));
  assert.deepEqual(
    leak?.shortest.sequence.map(({ params }) => String(params.x)),
    ['7', '19'],
  );
  assert.equal(orders.find(({ name }) => name === 'reversed')?.wrong_from, undefined, 'there it is right');
});

test('what is raised only under reuse is a difference, and so is a process that crashes', async () => {
  const raises = `
LAST = []
def wire(e, p, seed):
    LAST.append(p["x"])
    return {"y": p["x"] // (2 - len(LAST))} if len(LAST) == 2 else {"y": p["x"]}
`;
  const raised = await diagnosed(raises, sets(3));
  assert.equal(raised.verdict, 'leak');
  assert.equal(raised.orders[0]?.cells[1], 'raised');
  assert.match(raised.leak?.shortest.difference.ended ?? '', /ZeroDivisionError/);

  const crashes = `
LAST = []
def wire(e, p, seed):
    LAST.append(1)
    if len(LAST) == 2: os.kill(os.getpid(), 11)
    return {"y": p["x"]}
`;
  const crashed = await diagnosed(crashes, sets(3));
  assert.deepEqual(crashed.orders[0]?.cells, ['same', 'ended', 'unseen']);
  assert.match(crashed.leak?.shortest.difference.ended ?? '', /SIGSEGV/);
});

test('a bundle that draws without a seed is not reproducible, and is not accused of a leak', async () => {
  const found = await diagnosed('def wire(e, p, seed):\n    return {"y": os.urandom(8).hex()}', sets(3));
  assert.equal(found.verdict, 'not-reproducible');
  assert.deepEqual(
    found.not_reproducible.map(({ task, alone }) => [task, alone]),
    [
      [0, false],
      [1, false],
      [2, false],
    ],
  );
  assert.equal(found.leak, undefined);
});

test('a clean bundle is clean: caches that change no result, errors that come cold, too, one task alone', async () => {
  const clean = `
from functools import lru_cache
@lru_cache(None)
def square(x): return x * x
def wire(e, p, seed):
    if p["x"] == 2: raise ValueError("two")
    if p["x"] == 3: os._exit(5)
    return {"y": square(p["x"]) + seed}
`;
  const found = await diagnosed(clean, sets(5));
  assert.equal(found.verdict, 'clean');
  assert.deepEqual(
    found.left_out.map(({ task }) => task),
    [2],
    'what ends its process cold, too, is in no sequence',
  );
  const one = await diagnosed(clean, ['{"x": 9}']);
  assert.equal(one.verdict, 'clean');
  assert.equal(one.orders[0]?.sequence.length, 4, 'it is repeated');
});

test('of two tasks one that ends its process cold, too, leaves the other one to be repeated', async () => {
  const wire = `
N = [0]
def wire(e, p, seed):
    if p["x"] == 2: os._exit(5)
    N[0] += 1
    return {"n": N[0]}
`;
  const found = await diagnosed(wire, sets(2));
  assert.deepEqual(found.orders[0]?.sequence, [0, 0, 0, 0]);
  assert.equal(found.verdict, 'leak');
});

test('where every task fails nothing is called clean', async () => {
  await assert.rejects(
    diagnosed('import no_such_module\ndef wire(e, p, seed): return {}', sets(2)),
    /Cannot diagnose: every task fails in a fresh process, the first with ModuleNotFoundError: No module named 'no_such_module'/,
  );
});

test('the same seed of the shuffle is the same order, on every machine', async () => {
  const clean = 'def wire(e, p, seed):\n    return {"y": p["x"]}';
  const found = await diagnosed(clean, sets(6), { shuffleSeed: 3 });
  const shuffled = found.orders.find(({ name }) => name === 'shuffled') ?? assert.fail();
  assert.deepEqual([...shuffled.sequence].sort(), [0, 1, 2, 3, 4, 5]);
  assert.equal(found.shuffle_seed, 3);
});
