import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BundleMetadata } from '../../../src/contracts/bundle/bundle-metadata.js';
import { parseMessage } from '../../../src/contracts/message/parse-message.js';
import type { OutcomeRecord } from '../../../src/contracts/result/outcome-record.js';
import { packagesId } from '../../../src/contracts/result/packages-id.js';
import type { StoredResult } from '../../../src/contracts/result/stored-result.js';
import { BundleUnavailable } from '../../../src/simulation/bundle-unavailable.js';
import { createTaskInvocation } from '../../../src/simulation/create-task-invocation.js';
import { EnvironmentFailed } from '../../../src/simulation/environment-failed.js';
import { ForkRefused } from '../../../src/simulation/fork-refused.js';
import { handleDelivery } from '../../../src/simulation/handle-delivery.js';
import { handlePoison } from '../../../src/simulation/handle-poison.js';
import type { Observation } from '../../../src/simulation/observation.js';
import type { Counting, RunRequest } from '../../../src/simulation/ports.js';
import { ResultDamaged } from '../../../src/simulation/result-damaged.js';
import type { SimulationContext } from '../../../src/simulation/simulation-context.js';
import { createStopwatch } from '../../../src/simulation/stopwatch.js';
import { withExecutor } from '../../../src/simulation/task-invocation.js';
import { bareBundle } from '../../fixtures/bundles/bare-bundle.js';
import { bareEnvironment } from '../../fixtures/environments/bare-environment.js';

const body = Buffer.from(
  JSON.stringify({
    bundle_ref: `sha256:${'1'.repeat(64)}`,
    entrypoint: 'models.sir/baseline',
    params: { values: { x: 1 } },
    seed: 1,
    job_id: 'job',
    run: 'run',
  }),
);
const delivery = (dequeueCount = 1) => ({ messageId: 'm', body, dequeueCount, insertedAt: undefined });
const signal = new AbortController().signal;
const nothing = async () => assert.fail('this port is not to be used');

/** A bundle in somebody's hands, of which nothing is known but what its metadata says. */
const held = (metadata: BundleMetadata = {}) => ({
  ...bareBundle('/nowhere', { metadata }),
  release: async () => undefined,
});

/** The use case over ports of which each test gives what it needs. Records are kept once, as in storage. */
function stand(ports: Partial<SimulationContext> & { stored?: (key: string) => boolean } = {}) {
  const records = new Map<string, OutcomeRecord>();
  const counted: string[] = [];
  const context: SimulationContext = {
    bundles: { ensureLocal: nothing },
    environments: {
      base: nothing,
      forBundle: async () => bareEnvironment(),
    },
    executor: { run: nothing, close: nothing, abandon: () => undefined },
    results: {
      find: async (key) =>
        ports.stored?.(key)
          ? { stored: { attempt: 'a', outputs: {} } as StoredResult, reference: `azure://results/${key}` }
          : undefined,
      putArtifacts: nothing,
      commit: nothing,
      discardAttempt: nothing,
      named: nothing,
      bring: nothing,
    },
    records: {
      async recordOutcome(record) {
        if (records.has(record.task_id)) return false;
        records.set(record.task_id, record);
        return true;
      },
      findOutcome: async (_run, id) => records.get(id),
      countFailure: async (_run, _rule, { taskId }) => void counted.push(taskId),
      putLog: nothing,
      putPartial: nothing,
      recordBuild: nothing,
      recordInterruption: nothing,
      refuse: async () => undefined,
      readBody: nothing,
    },
    defaultExecutor: 'cold',
    timeoutMs: 1_000,
    memoryLimitBytes: 1_000,
    threads: 1,
    maxDeliveries: 5,
    now: () => new Date(0),
    observe: () => undefined,
    ...ports,
  };
  return { context, counted, recorded: () => [...records.values()] };
}

const keyOf = (context: SimulationContext) => {
  const parsed = parseMessage(body);
  assert.ok(parsed.ok && parsed.reference === undefined);
  return createTaskInvocation(context, parsed.message, delivery(), createStopwatch());
};

test('the last delivery says which trouble it met', async () => {
  const ensureLocal = () => Promise.reject(new Error('The registry is down.'));
  const { context, recorded } = stand({ bundles: { ensureLocal } });
  await assert.rejects(handleDelivery(context, delivery(4), signal), /The registry is down/);
  assert.deepEqual(recorded(), [], 'the queue delivers it again');
  await assert.rejects(handleDelivery(context, delivery(5), signal), /The registry is down/);
  assert.equal(recorded()[0]?.outcome, 'given-up');
  assert.match(
    recorded()[0]?.reason ?? '',
    /The last of 5 deliveries .*: The registry is down\. Submit it again/,
  );
  await handlePoison(context, delivery(1));
  assert.match(recorded()[0]?.reason ?? '', /The registry is down/, 'the first record stays');
});

test('a task that failed does not run again when its message comes back, and what follows from its failure is done again', async () => {
  const ensureLocal = () => Promise.reject(new BundleUnavailable('There is no such bundle.'));
  const { context, counted, recorded } = stand({ bundles: { ensureLocal } });
  const message = { ...JSON.parse(body.toString('utf8')), stop_after_failures: 3 };
  const again = (dequeueCount: number) => ({
    ...delivery(dequeueCount),
    body: Buffer.from(JSON.stringify(message)),
  });
  await handleDelivery(context, again(1), signal);
  context.bundles = { ensureLocal: nothing };
  const { outcome, reason } = await handleDelivery(context, again(2), signal);
  assert.deepEqual([outcome, reason], ['bundle-unavailable', 'There is no such bundle.']);
  assert.equal(recorded().length, 1);
  assert.equal(counted.length, 2, 'the worker may have been lost before it was counted');
});

test('an outcome whose result was there before names the log of its run', async () => {
  const { context, recorded } = stand({ bundles: { ensureLocal: async () => held() } });
  const stored = { attempt: 'a', outputs: {}, logs_ref: 'azure://jobs/a.log' } as unknown as StoredResult;
  context.results.find = async () => ({ stored, reference: 'azure://results/key' });
  await handleDelivery(context, delivery(), signal);
  assert.equal(recorded()[0]?.logs_ref, 'azure://jobs/a.log');
});

test('a task whose result was stored before the trouble came has succeeded', async () => {
  const ensureLocal = () => Promise.reject(new Error('Trouble after the commit.'));
  const { context, recorded } = stand({ bundles: { ensureLocal }, stored: () => true });
  await assert.rejects(handleDelivery(context, delivery(5), signal), /Trouble after the commit/);
  assert.deepEqual(
    recorded().map(({ outcome, cached }) => [outcome, cached]),
    [['succeeded', true]],
  );
});

test('a result that cannot be read does not keep its task from being given up', async () => {
  const { context, recorded } = stand({ bundles: { ensureLocal: async () => held() } });
  context.results.find = () => Promise.reject(new ResultDamaged('Cannot use the stored result.'));
  await assert.rejects(handleDelivery(context, delivery(5), signal), /Cannot use the stored result/);
  await handlePoison(context, delivery(1));
  assert.equal(recorded()[0]?.outcome, 'given-up');
  assert.match(recorded()[0]?.reason ?? '', /The last of 5 deliveries .*: Cannot use the stored result\./);
});

test('only a failure in a run that ends after too many of them is counted', async () => {
  const ensureLocal = () => Promise.reject(new BundleUnavailable('There is no such bundle.'));
  for (const [fields, stored, expected] of [
    [{}, false, 0],
    [{ stop_after_failures: 3 }, true, 0],
    [{ stop_after_failures: 3 }, false, 1],
    [{ stop_set_after_failures: 3 }, false, 1],
  ] as const) {
    const bundles = stored ? { ensureLocal: async () => held() } : { ensureLocal };
    const { context, counted, recorded } = stand({ bundles, stored: () => stored });
    const message = { ...JSON.parse(body.toString()), ...fields };
    await handleDelivery(context, { ...delivery(), body: Buffer.from(JSON.stringify(message)) }, signal);
    assert.equal(recorded()[0]?.outcome, stored ? 'succeeded' : 'bundle-unavailable');
    assert.equal(counted.length, expected);
  }
});

test('a cold result of a bundle that demands it is found in a warm app too', async () => {
  const { context } = stand();
  const { resultKey: coldKey } = keyOf(context);
  const bundle = held({ requires_fresh_process: true });
  const warm = stand({
    defaultExecutor: 'isolated_warm',
    stored: (key) => key === coldKey,
    bundles: { ensureLocal: async () => bundle },
  });
  const result = await handleDelivery(warm.context, delivery(), signal);
  assert.deepEqual([result.outcome, result.cached], ['succeeded', true]);
  assert.equal(warm.recorded()[0]?.result_key, coldKey);

  const poisoned = stand({ defaultExecutor: 'isolated_warm', stored: (key) => key === coldKey });
  await handlePoison(poisoned.context, delivery());
  assert.equal(poisoned.recorded()[0]?.outcome, 'succeeded');
});

test('only a bundle that is there tells which stored result may answer', async () => {
  const ensureLocal = () => Promise.reject(new BundleUnavailable('The bundle is gone.'));
  const { context } = stand({ bundles: { ensureLocal }, stored: () => true });
  const result = await handleDelivery(context, delivery(), signal);
  assert.deepEqual([result.outcome, result.cached], ['bundle-unavailable', false]);
});

test('a stored result is asked for by the packages of where the task would run, or by its own run', async () => {
  const asked: Counting[] = [];
  const { context } = stand({ bundles: { ensureLocal: async () => held() } });
  context.results.find = async (_key, counting) => {
    asked.push(counting);
    return { stored: { attempt: 'a', outputs: {} } as StoredResult, reference: 'azure://results/x' };
  };
  await handleDelivery(context, delivery(), signal);
  const must = Buffer.from(JSON.stringify({ ...JSON.parse(body.toString()), no_cache: true }));
  await handleDelivery(context, { ...delivery(), body: must }, signal);
  const [first, second] = asked;
  assert.ok(first && 'packages' in first);
  assert.equal(await first.packages(), packagesId(await bareEnvironment().facts()));
  assert.deepEqual(second, { run: { jobId: 'job', run: 'run' } });
});

test('a task that is given up is answered by no result of packages that nobody can name', async () => {
  const ensureLocal = () => Promise.reject(new Error('The registry is down.'));
  const { context, recorded } = stand({ bundles: { ensureLocal } });
  context.results.find = async (_key, counting) => {
    assert.ok('packages' in counting);
    assert.equal(await counting.packages(), undefined);
    return undefined;
  };
  await handlePoison(context, delivery());
  assert.equal(recorded()[0]?.outcome, 'given-up');
});

const askings: {
  title: string;
  metadata: BundleMetadata;
  message?: object;
  app?: 'isolated_warm';
  refuse?: string;
  executors: string[];
  remark?: RegExp;
}[] = [
  {
    title: 'is forked when its bundle asks for it',
    metadata: { start_method: 'forkserver' },
    executors: ['forkserver'],
  },
  {
    title: 'that demands a fresh process is not forked',
    metadata: { start_method: 'forkserver' },
    message: { executor: 'cold' },
    executors: ['cold'],
    remark: /instead of forked, .*: the task demands a fresh process\.$/,
  },
  {
    title: 'whose bundle requires a fresh process is not forked',
    metadata: { start_method: 'forkserver', requires_fresh_process: true },
    executors: ['cold'],
    remark: /instead of forked, .*: it requires_fresh_process too\.$/,
  },
  {
    title: 'whose import must happen late is not forked',
    metadata: { start_method: 'forkserver', import_early: false },
    executors: ['cold'],
    remark: /instead of forked, .*: its import_early is false\.$/,
  },
  {
    title: 'that must not be forked is started anew, and its log says why',
    metadata: { start_method: 'forkserver' },
    refuse: 'its import holds sockets',
    executors: ['forkserver', 'cold'],
    remark: /instead of forked, .*: its import holds sockets\.$/,
  },
  {
    title: 'of a warm app stays warm',
    metadata: { start_method: 'forkserver' },
    app: 'isolated_warm',
    executors: ['isolated_warm'],
  },
];
for (const { title, metadata, message, app, refuse, executors, remark } of askings) {
  test(`a task ${title}`, async () => {
    const bundle = held(metadata);
    const asked: RunRequest[] = [];
    const { context } = stand({
      ...(app && { defaultExecutor: app }),
      bundles: { ensureLocal: async () => bundle },
      executor: {
        async run(request) {
          asked.push(request);
          if (refuse !== undefined && asked.length === 1) throw new ForkRefused(refuse);
          throw new Error('far enough');
        },
        close: nothing,
        abandon: () => undefined,
      },
    });
    const sent = Buffer.from(JSON.stringify({ ...JSON.parse(body.toString()), ...message }));
    await assert.rejects(handleDelivery(context, { ...delivery(), body: sent }, signal), /far enough/);
    assert.deepEqual(
      asked.map(({ executor }) => executor),
      executors,
    );
    const remarks = asked.at(-1)?.bundle.remarks ?? [];
    if (remark) assert.match(remarks.join(), remark);
    else assert.deepEqual(remarks, []);
  });
}

test('a forked result answers a task whose bundle asks for it, and none that demands a fresh process', async () => {
  const bundle = held({ start_method: 'forkserver' });
  const forkedKey = withExecutor('forkserver', keyOf(stand().context)).resultKey;
  const { context, recorded } = stand({
    stored: (key) => key === forkedKey,
    bundles: { ensureLocal: async () => bundle },
    executor: { run: async () => assert.fail('it runs'), close: nothing, abandon: () => undefined },
  });
  assert.equal((await handleDelivery(context, delivery(), signal)).cached, true);
  assert.equal(recorded()[0]?.result_key, forkedKey);
  const demanding = Buffer.from(JSON.stringify({ ...JSON.parse(body.toString()), executor: 'cold' }));
  await assert.rejects(handleDelivery(context, { ...delivery(), body: demanding }, signal), /it runs/);
  const poisoned = stand({ stored: (key) => key === forkedKey });
  await handlePoison(poisoned.context, { ...delivery(), body: demanding });
  assert.equal(poisoned.recorded()[0]?.outcome, 'given-up');
  const again = stand({ stored: (key) => key === forkedKey });
  await handlePoison(again.context, delivery());
  assert.equal(again.recorded()[0]?.outcome, 'succeeded');
});

test('a task that is stopped while its bundle is fetched goes back to the queue', async () => {
  const stopping = new AbortController();
  const ensureLocal = async (_ref: string, given?: AbortSignal) => {
    stopping.abort(new Error('the worker is taken away'));
    assert.equal(given?.aborted, true);
    throw given?.reason;
  };
  const { context, recorded } = stand({ bundles: { ensureLocal } });
  await assert.rejects(handleDelivery(context, delivery(5), stopping.signal), { name: 'Interrupted' });
  assert.deepEqual(recorded(), []);
});

test('every delivery is told of once, however it ends', async () => {
  const observations: Observation[] = [];
  const observe = (observation: Observation) => void observations.push(observation);
  const ends = () =>
    observations
      .splice(0)
      .map(({ queue, ended, invocation }) => [queue, 'result' in ended, invocation?.jobRun.jobId]);

  const cached = stand({ observe, stored: () => true, bundles: { ensureLocal: async () => held() } });
  await handleDelivery(cached.context, delivery(), signal);
  assert.deepEqual(
    observations[0]?.stages.map(({ name }) => name),
    ['read', 'bundle', 'environment', 'lookup', 'record'],
  );
  await handleDelivery(cached.context, { ...delivery(), body: Buffer.from('no task') }, signal);
  assert.deepEqual(ends(), [
    ['tasks', true, 'job'],
    ['tasks', true, undefined],
  ]);

  const ensureLocal = () => Promise.reject(new Error('The registry is down.'));
  const troubled = stand({ observe, bundles: { ensureLocal } });
  await assert.rejects(handleDelivery(troubled.context, delivery(1), signal));
  assert.equal(observations[0]?.stages.at(-1)?.failed, true);
  assert.deepEqual(ends(), [['tasks', false, 'job']]);

  await handlePoison(troubled.context, delivery());
  const [given] = observations;
  assert.equal(given && 'result' in given.ended && given.ended.result.outcome, 'given-up');
  assert.deepEqual(ends(), [['poison', true, 'job']]);
});

test('while the environment of a bundle is built, its job says so, and the log of a failed build stands in the outcome', async () => {
  const told: string[] = [];
  const { context, recorded } = stand({ bundles: { ensureLocal: async () => held() } });
  context.records.recordBuild = async (_run, _task, _attempt, state) => void told.push(state);
  context.records.putLog = async (_run, _task, _attempt, path) => `azure://jobs${path}`;
  const building = (ended: () => Promise<never>) => ({
    base: nothing,
    forBundle: async (_bundle: unknown, onBuild?: () => void) => {
      onBuild?.();
      return ended();
    },
  });
  const later = Promise.reject(new Error('The index is down.'));
  context.environments = building(() => later);
  await assert.rejects(handleDelivery(context, delivery(), signal), /The index is down/);
  assert.deepEqual(told, ['building', 'built']);

  const last = stand({ bundles: { ensureLocal: async () => held() } });
  last.context.records.putLog = context.records.putLog;
  const trouble = Object.assign(new Error('The index is down.'), { log: '/venvs/last.log' });
  last.context.environments.forBundle = () => Promise.reject(trouble);
  await assert.rejects(handleDelivery(last.context, delivery(5), signal), /The index is down/);
  assert.equal(last.recorded()[0]?.logs_ref, 'azure://jobs/venvs/last.log');

  context.records.recordBuild = () => Promise.reject(new Error('The storage is down.'));
  const never = Promise.reject(new EnvironmentFailed('No such package.', { log: '/venvs/id.log' }));
  context.environments = building(() => never);
  const result = await handleDelivery(context, delivery(), signal);
  assert.equal(result.outcome, 'environment-failed');
  assert.equal(recorded()[0]?.logs_ref, 'azure://jobs/venvs/id.log');
});

test('an environment that is there takes no request', async () => {
  const { context } = stand({ bundles: { ensureLocal: async () => held() } });
  await assert.rejects(handleDelivery(context, delivery(), signal), /this port is not to be used/);
  context.environments.forBundle = () => Promise.reject(new EnvironmentFailed('Too old.'));
  assert.equal((await handleDelivery(context, delivery(), signal)).outcome, 'environment-failed');
});
