import { join } from 'node:path';
import { connectBlobService } from '../../src/azure-backend/connect-blob-service.js';
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
import type { Logger } from '../../src/local-host/logger.js';
import { writeBundle } from './standard-workload.js';

/** Sends n messages of a job, and waits until all have succeeded: their records. */
export type Through = (name: string, busyMs: number, n: number) => Promise<OutcomeRecord[]>;

/** For messages of one's own: settings of the app, and the bundle that is in its store. */
export interface TrivialApp {
  env: NodeJS.ProcessEnv;
  bundleRef: string;
  azurite: { part: 'Azurite'; pid: number };
}

/**
 * Has the app run on Azurite and the embedded host while work sends messages through it, for a simulation that only keeps busy.
 *
 * @param request settings over those that the app has by default, the interpreter, and who is told what the host does
 */
export async function withTrivialApp<Result>(
  {
    settings = {},
    python,
    logger = () => undefined,
  }: { settings?: NodeJS.ProcessEnv; python: string; logger?: Logger },
  signal: AbortSignal,
  work: (through: Through, app: TrivialApp, stillHosted: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const services = await startLocalServices({
    ...ownSettings(process.env, 'everything'),
    ...settings,
    MODELOPS_PYTHON: python,
  });
  try {
    const { env } = services;
    const bundleRef = await pushTrivial(services, env, signal);
    const host = await startHost({ func: false, env, logger }, signal);
    return await whileHosted(host, signal, (stillHosted) =>
      work(
        (name, busyMs, n) => throughQueue(env, { jobId: `bench-${name}`, bundleRef, busyMs, n }, stillHosted),
        { env, bundleRef, azurite: { part: 'Azurite', pid: services.storage.pid } },
        stillHosted,
      ),
    );
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
