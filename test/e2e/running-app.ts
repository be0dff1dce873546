import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { readTextBlob } from '../../src/azure-backend/read-text-blob.js';
import { createFolderStore } from '../../src/bundles/folder-store/create-folder-store.js';
import { packBundle } from '../../src/bundles/pack/pack-bundle.js';
import { pushBundle } from '../../src/bundles/push-bundle.js';
import { parseDocument } from '../../src/contracts/json/parse-document.js';
import { OutcomeRecord } from '../../src/contracts/result/outcome-record.js';
import type { HostTiming } from '../../src/local-host/host-timing.js';
import type { HostEvent, Logger } from '../../src/local-host/logger.js';
import type { Azurite } from '../../src/local-host/start-azurite.js';
import { type LocalHost, startLocalHost } from '../../src/local-host/start-local-host.js';
import { packageRoot } from '../../src/package/package-root.js';

export interface RunningApp {
  host: LocalHost;
  env: NodeJS.ProcessEnv;
  queue: QueueClient;
  poison: QueueClient;
  jobs: ContainerClient;
  results: ContainerClient;
  /** What the host and its workers have said. */
  lines: string[];
  /** What the host has told in its log for programs to read. */
  events: HostEvent[];
  /** Puts a fixture bundle, or any folder, into the app's store. @returns its digest */
  push(folder: string): Promise<string>;
  outcomes(jobId?: string): Promise<OutcomeRecord[]>;
  refused(): Promise<{ why: string; field: string; reason: string; body: string }[]>;
  /** Starts another instance over the same storage and folders; `host` is then that one. */
  startHost(): Promise<void>;
  stop(): Promise<void>;
}

export const fixture = (name: string): string => join(packageRoot, 'test', 'fixtures', 'simulations', name);

/** Lets a test use an app of its own, which must leave nothing behind. */
export async function withApp(
  azurite: Azurite,
  settings: NodeJS.ProcessEnv,
  use: (app: RunningApp) => Promise<void>,
  timing: Partial<HostTiming> = {},
): Promise<void> {
  const app = await startApp(azurite, settings, timing);
  try {
    await use(app);
  } finally {
    await app.stop();
  }
}

/** The app on the embedded host, with a queue, containers and folders of its own in an Azurite that tests share. */
export async function startApp(
  azurite: Azurite,
  settings: NodeJS.ProcessEnv = {},
  timing: Partial<HostTiming> = {},
): Promise<RunningApp> {
  const name = randomBytes(4).toString('hex');
  const folder = await mkdtemp(join(tmpdir(), 'mops-cold-e2e-'));
  // Simulations, which have users of their own, meet tests there.
  await chmod(folder, 0o777);
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    AzureWebJobsStorage: azurite.connectionString,
    AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString,
    MODELOPS_QUEUE_NAME: `tasks-${name}`,
    MODELOPS_AZURE_CONTAINER: `results-${name}`,
    MODELOPS_JOBS_CONTAINER: `jobs-${name}`,
    MODELOPS_BUNDLES_DIR: join(folder, 'bundles'),
    MODELOPS_BUNDLES_CACHE_DIR: join(folder, 'cache'),
    MODELOPS_SCRATCH_DIR: join(folder, 'scratch'),
    MODELOPS_VENVS_DIR: join(folder, 'venvs'),
    // Those that a test does not ask for would only take time.
    MODELOPS_JOB_TABLES_BYTES: '0',
    AzureFunctionsJobHost__extensions__queues__visibilityTimeout: '00:00:00',
    ...settings,
  };
  const blobs = BlobServiceClient.fromConnectionString(azurite.connectionString);
  const queues = QueueServiceClient.fromConnectionString(azurite.connectionString);
  const jobs = blobs.getContainerClient(`jobs-${name}`);
  const results = blobs.getContainerClient(`results-${name}`);
  const queue = queues.getQueueClient(`tasks-${name}`);
  await Promise.all([queue.createIfNotExists(), jobs.createIfNotExists(), results.createIfNotExists()]);

  const lines: string[] = [];
  const events: HostEvent[] = [];
  const logger: Logger = (_level, text, event) => {
    lines.push(text);
    if (event) events.push(event);
  };
  const openHost = () => startLocalHost({ appFolder: packageRoot, env, logger, timing });
  const hosts = [await openHost()];
  const app: RunningApp = {
    get host() {
      return hosts.at(-1) as LocalHost;
    },
    env,
    queue,
    poison: queues.getQueueClient(`tasks-${name}-poison`),
    jobs,
    results,
    lines,
    events,
    async push(bundle) {
      const target = createFolderStore(env.MODELOPS_BUNDLES_DIR).target({});
      return (await pushBundle(await packBundle(bundle), target)).ref;
    },
    async outcomes(jobId = 'direct') {
      const names = await blobNames(jobs, `jobs/${jobId}/runs/`);
      const records = names
        .filter((blob) => blob.includes('/outcomes/'))
        .map((blob) => readTextBlob(jobs, blob));
      return (await Promise.all(records)).map((text) => parseDocument(OutcomeRecord, text ?? ''));
    },
    async refused() {
      const texts = (await blobNames(jobs, 'refused/')).map((blob) => readTextBlob(jobs, blob));
      return (await Promise.all(texts)).map((text) => JSON.parse(text ?? ''));
    },
    async startHost() {
      hosts.push(await openHost());
    },
    async stop() {
      await Promise.all(hosts.map((host) => host.stop()));
      const left = await readdir(join(env.MODELOPS_SCRATCH_DIR, 'w')).catch(() => []);
      await rm(folder, { recursive: true, force: true });
      if (left.length > 0) throw new Error(`The app left scratch folders behind: ${left.join(', ')}`);
    },
  };
  return app;
}

export async function blobNames(container: ContainerClient, prefix: string): Promise<string[]> {
  const names: string[] = [];
  for await (const blob of container.listBlobsFlat({ prefix })) names.push(blob.name);
  return names;
}

/** Waits until `look` finds what it looks for. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  ms = 60_000,
): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`Within ${ms} ms this did not happen: ${what}`);
    await delay(50);
  }
}

/** A task message as a person would write it, with a seed of its own. */
export function taskMessage(
  bundleRef: string,
  fields: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    bundle_ref: bundleRef,
    entrypoint: 'models.test/baseline',
    params: { values: { x: 1 } },
    seed: 1,
    ...fields,
  };
}
