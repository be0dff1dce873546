import { QueueServiceClient, type StoragePipelineOptions } from '@azure/storage-queue';
import type { AzureBackend } from './azure-backend.js';
import { identity } from './identity.js';
import { addPatience } from './patience.js';

const keepAliveOptions = { enable: true };
const patient: StoragePipelineOptions = {
  retryOptions: { maxTries: 4, retryDelayInMs: 250, maxRetryDelayInMs: 2_000 },
  keepAliveOptions,
};
/** A message whose answer was lost may be in the queue: a second try would put it there twice. One that was refused by 429 is not. */
const once: StoragePipelineOptions = {
  retryOptions: { maxTries: 1, tryTimeoutInMs: 10_000 },
  keepAliveOptions,
};

/**
 * The account of the queues, found as the Functions host finds it: setting `<name>` holds a connection string, or
 * `<name>__queueServiceUri` (or `__accountName`) an account to reach by identity. Without any of them, the azure_backend's account.
 *
 * @param isOnce whether no request is ever tried again that may have been carried out
 */
export async function connectQueueService(
  name: string,
  env: NodeJS.ProcessEnv,
  backend: AzureBackend,
  isOnce = false,
): Promise<QueueServiceClient> {
  const service = await serviceOf(name, env, backend, isOnce);
  // biome-ignore lint/complexity/useLiteralKeys: protected, as it is meant for classes that extend the SDK's.
  addPatience(service['storageClientContext'].pipeline);
  return service;
}

async function serviceOf(
  name: string,
  env: NodeJS.ProcessEnv,
  backend: AzureBackend,
  isOnce: boolean,
): Promise<QueueServiceClient> {
  const options = isOnce ? once : patient;
  const connectionString = env[name] ?? env[`AzureWebJobs${name}`];
  if (connectionString) return QueueServiceClient.fromConnectionString(connectionString, options);

  const account = env[`${name}__accountName`];
  const url = env[`${name}__queueServiceUri`] ?? (account && `https://${account}.queue.core.windows.net`);
  if (url) return new QueueServiceClient(url, await identity(env[`${name}__clientId`]), options);

  if ('connection_string' in backend) {
    return QueueServiceClient.fromConnectionString(backend.connection_string, options);
  }
  const queueUrl = backend.account_url.replace('.blob.', '.queue.');
  return new QueueServiceClient(queueUrl, await identity(backend.client_id), options);
}
