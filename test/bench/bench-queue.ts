import { join } from 'node:path';
import { connectBlobService } from '../../src/azure-backend/connect-blob-service.js';
import type { BenchRow } from '../../src/benchmark/bench-row.js';
import { quantiles } from '../../src/benchmark/quantiles.js';
import { openBundleStore } from '../../src/bundles/open-bundle-store.js';
import { packBundle } from '../../src/bundles/pack/pack-bundle.js';
import { pushBundle } from '../../src/bundles/push-bundle.js';
import { readAzureBackend } from '../../src/config/read-azure-backend.js';
import { readBundlePlace } from '../../src/config/read-bundle-place.js';
import { readSettings } from '../../src/config/read-settings.js';
import { openStorage } from '../../src/connections/open-storage.js';
import type { OutcomeRecord } from '../../src/contracts/result/outcome-record.js';
import { findJob } from '../../src/jobs/reading/find-job.js';
import { readOutcomes } from '../../src/jobs/reading/read-outcomes.js';
import { watchJob } from '../../src/jobs/reading/watch-job.js';
import { gridTasks } from '../../src/jobs/submission/grid-tasks.js';
import { planTasks } from '../../src/jobs/submission/plan-tasks.js';
import { submitJob } from '../../src/jobs/submission/submit-job.js';
import { ownSettings } from '../../src/local-app/own-settings.js';
import { startHost } from '../../src/local-app/start-host.js';
import { type LocalServices, startLocalServices } from '../../src/local-app/start-local-services.js';
import { whileHosted } from '../../src/local-app/while-hosted.js';
import { stagesOf } from './stages-of.js';
import { writeBundle } from './standard-workload.js';

/** Long enough for the next process to start meanwhile, as it can with any real simulation. */
const busyMs = 50;

/** Messages through the real queue trigger, function and Blob, on Azurite and the embedded host, as the app runs by default. */
export async function benchQueue(
  { quick, python }: { quick: boolean; python: string },
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<BenchRow[]> {
  const services = await startLocalServices({
    ...ownSettings(process.env, 'everything'),
    MODELOPS_PYTHON: python,
  });
  try {
    const { env } = services;
    const bundleRef = await pushTrivial(services, env, signal);
    const host = await startHost({ func: false, env, logger: () => undefined }, signal);
    return await whileHosted(host, signal, async (stillHosted) => {
      const through = (name: string, busyMs: number, n: number) =>
        throughQueue(env, { jobId: `bench-${name}`, bundleRef, busyMs, n }, stillHosted);
      await through('first', 0, 4); // what a new app has to fetch and start first
      const n = quick ? 60 : 300;
      const [short, longer] = [await through('short', 0, n), await through('longer', busyMs, n)];
      say(`queue: ${2 * n} messages are through.`);
      return [throughputRow(short), overheadRow(longer)];
    });
  } finally {
    await services.stop();
  }
}

async function pushTrivial(
  { folder }: LocalServices,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<string> {
  const source = join(folder, 'trivial');
  await writeBundle(source, '', []);
  const { settings } = readSettings(env);
  const blobs = await connectBlobService(readAzureBackend(settings));
  const store = await openBundleStore(readBundlePlace(settings), { blobs, env, signal });
  return (await pushBundle(await packBundle(source), store.target({}), { signal })).ref;
}

async function throughQueue(
  env: NodeJS.ProcessEnv,
  { jobId, bundleRef, busyMs, n }: { jobId: string; bundleRef: string; busyMs: number; n: number },
  signal: AbortSignal,
): Promise<OutcomeRecord[]> {
  const storage = await openStorage(env);
  const tasks = gridTasks({
    entrypoint: 'models.bench/baseline',
    bundleRef,
    axes: [`busy_ms=${busyMs}`],
    seeds: `1..${n}`,
    replicates: 1,
  });
  const { lines } = planTasks(tasks, jobId, undefined);
  const manifest = { job_id: jobId, bundle_refs: [bundleRef], tool_version: 'bench', source: 'bench' };
  const { run } = await submitJob(storage, { manifest, lines }, signal);
  const job = await findJob(storage, jobId, run, signal);
  await watchJob(storage, job, signal, () => undefined);
  const records: OutcomeRecord[] = [];
  await readOutcomes(storage.jobs, job.scope, signal, (record) => void records.push(record));
  const failed = records.find(({ outcome }) => outcome !== 'succeeded');
  if (failed) throw new Error(`Cannot bench the queue: a task ended as ${failed.outcome}: ${failed.reason}`);
  return records;
}

function throughputRow(records: OutcomeRecord[]): BenchRow {
  const finished = records.map(({ finished_at }) => Date.parse(finished_at)).sort((a, b) => a - b);
  const seconds = ((finished.at(-1) ?? 0) - (finished[0] ?? 0)) / 1000;
  return {
    table: 'queue',
    workload: 'trivial, no time in the simulation',
    method: 'messages through queue, function and Blob',
    n: records.length,
    tasks_per_s: Number(((records.length - 1) / seconds).toPrecision(4)),
  };
}

function overheadRow(records: OutcomeRecord[]): BenchRow {
  const { stages, overheadMs } = stagesOf(records.map(({ metrics }) => metrics));
  return {
    table: 'queue',
    workload: `trivial, ${busyMs} ms in the simulation`,
    method: 'invocation without simulation and storage',
    n: records.length,
    overhead_ms: quantiles(overheadMs),
    stages_ms: stages,
  };
}
