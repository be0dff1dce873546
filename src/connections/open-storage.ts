import { connectBlobService } from '../azure-backend/connect-blob-service.js';
import { connectQueueService } from '../azure-backend/connect-queue-service.js';
import { readAzureBackend } from '../config/read-azure-backend.js';
import { readSettings } from '../config/read-settings.js';
import type { Settings } from '../config/settings.js';
import type { JobStorage } from '../jobs/job-storage.js';
import { checkReachable } from './check-reachable.js';
import { mustNameStorage } from './must-name-storage.js';

export interface OpenStorage extends JobStorage {
  settings: Settings;
}

/**
 * The storage that the settings describe, reached once to fail at once where nothing answers.
 *
 * @throws ConfigurationError
 */
export async function openStorage(env: NodeJS.ProcessEnv): Promise<OpenStorage> {
  const { settings } = readSettings(env);
  mustNameStorage(settings);
  const backend = readAzureBackend(settings);
  const blobs = await connectBlobService(backend);
  const queues = await connectQueueService(settings.MODELOPS_QUEUE_CONNECTION, env, backend);
  await Promise.all([checkReachable(blobs.url, env), checkReachable(queues.url, env)]);
  return {
    settings,
    blobs,
    results: blobs.getContainerClient(backend.container),
    jobs: blobs.getContainerClient(settings.MODELOPS_JOBS_CONTAINER),
    queue: queues.getQueueClient(settings.MODELOPS_QUEUE_NAME),
    poisonQueue: queues.getQueueClient(`${settings.MODELOPS_QUEUE_NAME}-poison`),
    jobsQueue: queues.getQueueClient(`${settings.MODELOPS_QUEUE_NAME}-jobs`),
  };
}
