import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attestation } from '../../../src/contracts/result/attestation.js';
import type { OutcomeRecord } from '../../../src/contracts/result/outcome-record.js';
import { handleDelivery } from '../../../src/simulation/handle-delivery.js';
import { Interrupted } from '../../../src/simulation/interrupted.js';
import type { RunReport, RunRequest } from '../../../src/simulation/ports.js';
import type { SimulationContext } from '../../../src/simulation/simulation-context.js';
import { bareBundle } from '../../fixtures/bundles/bare-bundle.js';
import { bareEnvironment } from '../../fixtures/environments/bare-environment.js';

/** What one run after another returns; the first is the one in the reused process. */
type Run = (Partial<RunReport> & { answer?: string }) | (() => Promise<RunReport>);

const report = ({ answer = 'right', ...changes }: Partial<RunReport> & { answer?: string }): RunReport => ({
  outcome: 'succeeded',
  reason: '',
  artifacts:
    (changes.outcome ?? 'succeeded') === 'succeeded'
      ? [{ name: 'x', path: '/x', size: 1, contentType: 'text/plain', blake2b256: answer, md5: answer }]
      : [],
  partial: [],
  filledCaches: [],
  attestation: { executor: 'cold', start_method: 'spawn' } as Attestation,
  standby: false,
  exit: { code: 0, signal: null, afterResult: false },
  log: { path: '/log', bytes: 0, omittedBytes: 0 },
  stderrTail: '',
  timings: { prepare: 0, start: 0, import: 0, simulate: 0, write: 0, exit: 0 },
  peakMemoryBytes: 1,
  cpuSeconds: 0,
  leftovers: { killed: 0, unkillable: [] },
  dispose: async () => undefined,
  ...changes,
});

/** Delivers one task of a warm app that checks each, over runs that are pretended. */
function stand(runs: Run[], changes: Partial<SimulationContext> = {}) {
  const asked: RunRequest[] = [];
  const committed: string[] = [];
  const recorded: OutcomeRecord[] = [];
  const accused: string[] = [];
  const nothing = async () => assert.fail('this port is not to be used');
  const context = {
    bundles: { ensureLocal: async () => ({ ...bareBundle('/nowhere'), release: async () => undefined }) },
    environments: { base: nothing, forBundle: async () => bareEnvironment() },
    executor: {
      async run(request: RunRequest) {
        const run = runs[asked.push(request) - 1];
        assert.ok(run, 'no more runs than these');
        return typeof run === 'function' ? run() : report(run);
      },
      close: nothing,
      abandon: () => undefined,
    },
    results: {
      find: async () => undefined,
      putArtifacts: async (_key: string, _attempt: string, files: RunReport['artifacts']) => {
        committed.push(...files.map(({ blake2b256 }) => blake2b256));
        return new Map(files.map(({ name }) => [name, `azure://results/${name}`]));
      },
      commit: async (stored: object) => ({ won: true, stored, reference: 'azure://results/key' }),
      discardAttempt: nothing,
      named: nothing,
      bring: nothing,
    },
    records: {
      recordOutcome: async (record: OutcomeRecord) => Boolean(recorded.push(record)),
      findOutcome: async () => undefined,
      countFailure: nothing,
      putLog: async () => 'azure://jobs/log',
      putPartial: async () => new Map(),
      recordBuild: nothing,
      recordInterruption: nothing,
      refuse: nothing,
      readBody: nothing,
    },
    guard: {
      checks: () => true,
      known: async () => undefined,
      reasonFor: () => undefined,
      accuse: async (_digest: string, reason: string) => void accused.push(reason),
    },
    defaultExecutor: 'isolated_warm',
    timeoutMs: 60_000,
    memoryLimitBytes: 2 ** 30,
    threads: 1,
    maxDeliveries: 5,
    now: () => new Date(0),
    observe: () => undefined,
    ...changes,
  } as unknown as SimulationContext;
  const deliver = (dequeueCount = 1, signal = new AbortController().signal) => {
    const task = {
      bundle_ref: `sha256:${'1'.repeat(64)}`,
      entrypoint: 'models.sir/baseline',
      params: { values: { x: 1 } },
      seed: 1,
    };
    const body = Buffer.from(JSON.stringify(task));
    return handleDelivery(context, { messageId: 'm', body, dequeueCount, insertedAt: undefined }, signal);
  };
  return { asked, committed, recorded, accused, deliver };
}

const ended: Run = { outcome: 'cancelled' };
const wrong: Run = { answer: 'wrong' };

for (const [title, runs] of [
  ['first', [wrong, ended]],
  ['second', [wrong, {}, ended]],
] as const) {
  test(`nothing is stored of a task whose ${title} fresh run was ended before it could tell, and the task is tried again`, async () => {
    const { deliver, committed, recorded } = stand([...runs]);
    await assert.rejects(deliver(), /Cannot tell whether task \w+ is right in a reused process/);
    assert.deepEqual([committed, recorded], [[], []]);
  });

  test(`a worker that goes away in the ${title} fresh run interrupts its task, whether the run is ended or never begins`, async () => {
    for (const throws of [false, true]) {
      const going = new AbortController();
      const goes = async () => {
        going.abort(new Error('the worker is taken away'));
        if (throws) throw going.signal.reason;
        return report({ outcome: 'cancelled' });
      };
      const { deliver, committed, recorded } = stand([...runs.slice(0, -1), goes], { maxDeliveries: 1 });
      // The last delivery: an interruption is no trouble that gives a task up.
      await assert.rejects(deliver(1, going.signal), Interrupted);
      assert.deepEqual([committed, recorded], [[], []]);
    }
  });
}

for (const outcome of ['timed-out', 'out-of-memory', 'environment-failed'] as const)
  test(`a fresh run that ends as ${outcome} accuses nobody`, async (t) => {
    const warn = t.mock.method(console, 'warn', () => undefined);
    const failed = { outcome, reason: 'It reached a limit.' };
    for (const runs of [
      [{}, failed],
      [{}, { answer: 'otherwise' }, failed],
    ]) {
      const { deliver, committed, accused } = stand(runs);
      const result = await deliver();
      assert.deepEqual(
        [result.outcome, result.leak, committed, accused],
        ['succeeded', undefined, ['right'], []],
      );
      assert.match(
        String(warn.mock.calls.at(-1)?.arguments[0]),
        new RegExp(`a fresh one ended as ${outcome}`),
      );
    }
  });

test('after a leak the task runs cold in an attempt of its own, and no process is forgotten that could not be killed', async (t) => {
  t.mock.method(console, 'error', () => undefined);
  const leaves = (pid: number) => ({ leftovers: { killed: 0, unkillable: [pid] } });
  const { deliver, asked, committed, recorded, accused } = stand([
    { ...wrong, ...leaves(1) },
    leaves(2),
    leaves(3),
    leaves(4),
  ]);
  const result = await deliver();
  assert.deepEqual(result.unkillable, [1, 2, 3, 4]);
  assert.deepEqual(committed, ['right']);
  assert.equal(accused.length, 1);
  assert.equal(new Set(asked.map(({ attempt }) => attempt)).size, 4);
  assert.equal(recorded[0]?.attempt, asked[3]?.attempt);

  const clean = stand([leaves(1), leaves(2)]);
  assert.deepEqual((await clean.deliver()).unkillable, [1, 2]);
});

test('a task is checked only where three more runs of it fit into what is left of its invocation', async (t) => {
  const runMs = 10_000;
  for (const [invocationMs, checked] of [
    [4 * runMs - 1, false],
    [4 * runMs + 1, true],
    [undefined, true],
  ] as const) {
    let clockMs = 0;
    const clock = t.mock.method(performance, 'now', () => clockMs);
    const long = async () => {
      clockMs += runMs;
      return report({});
    };
    const { deliver, asked } = stand([long, long], invocationMs === undefined ? {} : { invocationMs });
    await deliver();
    clock.mock.restore();
    assert.equal(asked.length, checked ? 2 : 1, `${invocationMs} ms`);
  }
});

test('a task that is delivered again is not checked again', async () => {
  const { deliver, asked, committed } = stand([{}]);
  await deliver(2);
  assert.deepEqual([asked.length, committed], [1, ['right']]);
});

test('processes that could not be killed are told also of a task that ends in trouble, whenever that comes', async () => {
  const left = (...unkillable: number[]) => ({ leftovers: { killed: 0, unkillable } });
  const breaks = { accuse: () => Promise.reject(new Error('storage is away')) };
  for (const [runs, expected, guard] of [
    [
      [
        { ...wrong, ...left(1) },
        { ...ended, ...left(2) },
      ],
      [1, 2],
    ],
    [
      [{ ...wrong, ...left(1) }, left(2), { ...ended, ...left(3) }],
      [1, 2, 3],
    ],
    [[{ ...wrong, ...left(1) }, () => Promise.reject(new Error('no process'))], [1]],
    [[{ ...wrong, ...left(1) }, left(2), left(3)], [1, 2, 3], breaks],
    [
      [{ ...wrong, ...left(1) }, left(2), left(3), () => Promise.reject(new Error('no process'))],
      [1, 2, 3],
    ],
  ] as [Run[], number[], object?][]) {
    const told: number[] = [];
    const { deliver } = stand(runs, {
      leftBehind: (some: number[]) => void told.push(...some),
      ...(guard && {
        guard: { checks: () => true, known: async () => undefined, reasonFor: () => undefined, ...guard },
      }),
    } as unknown as Partial<SimulationContext>);
    await assert.rejects(deliver());
    assert.deepEqual(told, expected);
  }
});
