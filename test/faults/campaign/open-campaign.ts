import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createFolderStore } from '../../../src/bundles/folder-store/create-folder-store.js';
import { packBundle } from '../../../src/bundles/pack/pack-bundle.js';
import { pushBundle } from '../../../src/bundles/push-bundle.js';
import { type OpenStorage, openStorage } from '../../../src/connections/open-storage.js';
import { findPython } from '../../../src/environments/find-python.js';
import type { HostTiming } from '../../../src/local-host/host-timing.js';
import type { HostEvent } from '../../../src/local-host/logger.js';
import { packageRoot } from '../../../src/package/package-root.js';
import { createHeldMessages, type HeldMessages } from '../faults/held-messages.js';
import { clockFile } from '../faults/machine-faults.js';
import { countedProcesses } from '../instance/counted-processes.js';
import { type Instance, startInstance } from '../instance/start-instance.js';
import { type CampaignStorage, startStorage } from '../storage/start-storage.js';
import type { CampaignPlan } from './plan-campaign.js';

/** Everything that a campaign runs on: storage, instances of the app, and a client of it. */
export interface OpenCampaign {
  folder: string;
  bundleRef: string;
  storage: CampaignStorage;
  instances: Instance[];
  messages: HeldMessages;
  /** Past the proxy. */
  client: OpenStorage;
  close(): Promise<void>;
}

const run = promisify(execFile);
const [queueName, smallDisk] = ['tasks', '96m'];
const clock = new URL('../instance/shift-clock.js', import.meta.url).href;

/** The host's own times, but that nothing has to be waited for long: a lease of seconds, and a host that comes back from three crashes. */
export const campaignTiming: Partial<HostTiming> = { leaseMs: 6_000, errorMemoryMs: 5_000 };

export async function openCampaign(
  plan: Pick<CampaignPlan, 'random' | 'faults' | 'instances' | 'batchSize' | 'recycleAfterTasks'>,
  onLine: (instance: string, line: string, event: HostEvent | undefined) => void,
): Promise<OpenCampaign> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'faults-')));
  const undo: (() => Promise<unknown>)[] = [
    () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  ];
  const close = async () => {
    for (const step of undo.reverse()) await step();
  };
  const needed = new Set(plan.faults.map(({ needs }) => needs));
  try {
    const storage = await startStorage(join(folder, 'storage'), plan.random.fork());
    undo.push(() => storage.stop());
    const messages = createHeldMessages(queueName);
    storage.proxy.onReceived(messages.add);
    const bundles = join(folder, 'bundles');
    const source = join(packageRoot, 'test', 'fixtures', 'simulations', 'answers_by_rule');
    const { ref: bundleRef } = await pushBundle(
      await packBundle(source),
      createFolderStore(bundles).target({}),
    );

    // By its path, as in the image: a name on PATH may be a script that every new worker has to wait for.
    const { python } = await findPython(process.env.MODELOPS_PYTHON || 'python3');
    const settings = (connectionString: string, own: string) => ({
      HOME: own,
      MODELOPS_PYTHON: python,
      AzureWebJobsStorage: connectionString,
      AZURE_STORAGE_CONNECTION_STRING: connectionString,
      MODELOPS_QUEUE_NAME: queueName,
      MODELOPS_BUNDLES_DIR: bundles,
      MODELOPS_BUNDLES_CACHE_DIR: join(own, 'cache'),
      MODELOPS_SCRATCH_DIR: join(own, 'scratch'),
      MODELOPS_VENVS_DIR: join(own, 'venvs'),
      MODELOPS_TASK_TIMEOUT_SECONDS: '120',
      MODELOPS_RECYCLE_AFTER_TASKS: String(plan.recycleAfterTasks),
      AzureFunctionsJobHost__extensions__queues__batchSize: String(plan.batchSize),
      AzureFunctionsJobHost__extensions__queues__visibilityTimeout: '00:00:01',
    });
    const startOne = async (number: number): Promise<Instance> => {
      const own = join(folder, `instance-${number}`);
      const scratch = join(own, 'scratch');
      await Promise.all(
        [scratch, join(own, 'tmp'), join(own, 'bin')].map((path) => mkdir(path, { recursive: true })),
      );
      if (needed.has('small-disk')) {
        await run('mount', ['-t', 'tmpfs', '-o', `size=${smallDisk}`, 'faults', scratch]);
        undo.push(() => run('umount', [scratch]));
      }
      const group = countedProcesses(own);
      if (needed.has('counted-processes')) {
        await group.make();
        undo.push(() => group.remove());
      }
      const instance = await startInstance({
        name: `instance-${number}`,
        folder: own,
        scratch,
        env: {
          ...settings(storage.forTheApp, own),
          // By its first folder every process is known that an instance has started.
          PATH: [join(own, 'bin'), process.env.PATH].join(':'),
          TMPDIR: join(own, 'tmp'),
          ...(needed.has('own-clock') && { NODE_OPTIONS: `--import ${clock}`, FAULTS_CLOCK: clockFile(own) }),
        },
        timing: campaignTiming,
        onLine: (line, event) => onLine(`instance-${number}`, line, event),
        ...(needed.has('counted-processes') && { onStarted: group.add }),
      });
      undo.push(() => instance.stop());
      return instance;
    };
    const instances = await Promise.all(Array.from({ length: plan.instances }, (_, at) => startOne(at + 1)));
    const client = await openStorage(settings(storage.direct, join(folder, 'client')));
    return { folder, bundleRef, storage, instances, messages, client, close };
  } catch (error) {
    await close();
    throw error;
  }
}
