import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { connectBlobService } from '../../src/azure-backend/connect-blob-service.js';
import { openBundleStore } from '../../src/bundles/open-bundle-store.js';
import { packBundle } from '../../src/bundles/pack/pack-bundle.js';
import { pushBundle } from '../../src/bundles/push-bundle.js';
import type { BenchRow } from '../../src/cli/bench/bench-row.js';
import { quantiles } from '../../src/cli/bench/quantiles.js';
import { batchSizeSetting } from '../../src/cli/demo/batch-size-setting.js';
import { openStage, type Stage } from '../../src/cli/demo/open-stage.js';
import { ownSettings } from '../../src/cli/demo/own-settings.js';
import { startHost } from '../../src/cli/demo/start-host.js';
import { whileHosted } from '../../src/cli/demo/while-hosted.js';
import { openStorage } from '../../src/cli/open-storage.js';
import { gridTasks } from '../../src/cli/submit/grid-tasks.js';
import { readAzureBackend } from '../../src/config/read-azure-backend.js';
import { readBundlePlace } from '../../src/config/read-bundle-place.js';
import { readSettings } from '../../src/config/read-settings.js';
import type { OutcomeRecord } from '../../src/contracts/outcome-record.js';
import { findJob } from '../../src/jobs/find-job.js';
import { planTasks } from '../../src/jobs/plan-tasks.js';
import { readOutcomes } from '../../src/jobs/read-outcomes.js';
import { submitJob } from '../../src/jobs/submit-job.js';
import { watchJob } from '../../src/jobs/watch-job.js';
import { stagesOf } from './stages-of.js';
import { writeBundle } from './standard-workload.js';

/** Messages through the real queue trigger, function and Blob, on Azurite and the embedded host, as the app runs by default. */
export async function benchQueue(
  { quick, python }: { quick: boolean; python: string },
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<BenchRow[]> {
  const stage = await openStage({ ...ownSettings(process.env, 'everything'), MODELOPS_PYTHON: python });
  try {
    const atOnce = availableParallelism();
    const env = { ...stage.env, [batchSizeSetting]: String(Math.min(atOnce, 4)) };
    const bundleRef = await pushTrivial(stage, env, signal);
    const host = await startHost({ func: false, env, logger: () => undefined }, signal);
    return await whileHosted(host, signal, async (stillHosted) => {
      await throughQueue(env, bundleRef, 2 * atOnce, stillHosted); // what a new app has to fetch and start first
      const n = quick ? 60 : 300;
      const records = await throughQueue(env, bundleRef, n, stillHosted);
      say(`queue: ${n} messages are through.`);
      return rowsOf(records);
    });
  } finally {
    await stage.close();
  }
}

async function pushTrivial({ folder }: Stage, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string> {
  const source = join(folder, 'trivial');
  await writeBundle(source, '', []);
  const { settings } = readSettings(env);
  const blobs = await connectBlobService(readAzureBackend(settings));
  const store = await openBundleStore(readBundlePlace(settings), { blobs, env, signal });
  return (await pushBundle(await packBundle(source), store.target({}), { signal })).ref;
}

async function throughQueue(
  env: NodeJS.ProcessEnv,
  bundleRef: string,
  n: number,
  signal: AbortSignal,
): Promise<OutcomeRecord[]> {
  const storage = await openStorage(env);
  const jobId = `bench-${n}`;
  const tasks = gridTasks({
    entrypoint: 'models.bench/baseline',
    bundleRef,
    axes: ['busy_ms=0'],
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

function rowsOf(records: OutcomeRecord[]): BenchRow[] {
  const finished = records.map(({ finished_at }) => Date.parse(finished_at)).sort((a, b) => a - b);
  const seconds = ((finished.at(-1) ?? 0) - (finished[0] ?? 0)) / 1000;
  const { stages, overheadMs } = stagesOf(records.map(({ metrics }) => metrics));
  const of = { table: 'queue', workload: 'trivial, no time in the simulation', n: records.length };
  return [
    {
      ...of,
      method: 'messages through queue, function and Blob',
      tasks_per_s: Number(((records.length - 1) / seconds).toPrecision(4)),
      stages_ms: stages,
    },
    { ...of, method: 'invocation without simulation and storage', overhead_ms: quantiles(overheadMs) },
  ];
}
