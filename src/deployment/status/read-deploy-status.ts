import { whyUnhealthy } from '../await-health.js';
import type { Az } from '../az/create-az.js';
import { type Deployed, deployedBy } from '../deployed.js';
import type { Place } from '../place.js';
import { readResources } from '../read-group.js';
import { readQueue, storageAccountIn } from '../read-queue.js';
import { requireDeployment } from '../require-deployment.js';

export interface DeployStatus {
  name: string;
  resource_group: string;
  /** In Azure's words: Succeeded, Failed, Running, … */
  state: string;
  at: string | null;
  storage_account: string | null;
  /** Null while there is none, and while nobody tells: the latest deployment has not succeeded. */
  app: {
    name: string;
    hosting: string;
    executor: string;
    image: string;
    health_url: string;
    healthy: boolean;
    /** Why it is not healthy; empty when it is. */
    trouble: string;
  } | null;
  /** About how many messages: null when that is not told. */
  queues: { name: string; messages: number | 'missing' | null }[];
}

export async function readDeployStatus(az: Az, place: Place, signal: AbortSignal): Promise<DeployStatus> {
  const deployment = await requireDeployment(az, place);
  const status: DeployStatus = {
    name: place.name,
    resource_group: place.group,
    state: deployment.state,
    at: deployment.at ?? null,
    storage_account: null,
    app: null,
    queues: [],
  };
  // One that has failed, or still goes on, has no outputs.
  if (deployment.state !== 'Succeeded') return status;
  const deployed = deployedBy(deployment);
  const [app, queues] = await Promise.all([
    deployed.appName === '' ? null : readApp(deployed, signal),
    readQueues(az, place, deployed),
  ]);
  return { ...status, storage_account: deployed.storageAccount, app, queues };
}

async function readApp(deployed: Deployed, signal: AbortSignal): Promise<DeployStatus['app']> {
  const trouble = await whyUnhealthy(deployed.healthUrl, signal);
  return {
    name: deployed.appName,
    hosting: deployed.asked.hosting,
    executor: deployed.asked.executor,
    image: deployed.image,
    health_url: deployed.healthUrl,
    healthy: trouble === undefined,
    trouble: trouble ?? '',
  };
}

async function readQueues(
  az: Az,
  place: Place,
  { storageAccount, queue }: Deployed,
): Promise<DeployStatus['queues']> {
  const account = storageAccountIn(await readResources(az, place.group), storageAccount);
  const names = [queue, `${queue}-poison`, `${queue}-jobs`, `${queue}-jobs-poison`];
  return Promise.all(
    names.map(async (name) => {
      const messages = account && (await readQueue(az, account, name));
      return { name, messages: messages === undefined ? 'missing' : messages };
    }),
  );
}
