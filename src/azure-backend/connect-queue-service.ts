import { ManagedIdentityCredential } from '@azure/identity';
import { QueueServiceClient, type StoragePipelineOptions } from '@azure/storage-queue';
import { ConfigurationError } from '../config/configuration-error.js';
import type { AzureBackend } from './azure-backend.js';

const options: StoragePipelineOptions = {
  retryOptions: { maxTries: 4, retryDelayInMs: 250, maxRetryDelayInMs: 2_000 },
  keepAliveOptions: { enable: true },
};

/**
 * The account of the queues, found as the Functions host finds it: setting `<name>` holds a connection string, or
 * `<name>__queueServiceUri` (or `__accountName`) an account to reach by identity. Without any of them, the azure_backend's account.
 */
export function connectQueueService(
  name: string,
  env: NodeJS.ProcessEnv,
  backend: AzureBackend | undefined,
): QueueServiceClient {
  const connectionString = env[name] ?? env[`AzureWebJobs${name}`];
  if (connectionString) return QueueServiceClient.fromConnectionString(connectionString, options);

  const account = env[`${name}__accountName`];
  const url = env[`${name}__queueServiceUri`] ?? (account && `https://${account}.queue.core.windows.net`);
  if (url) return new QueueServiceClient(url, identity(env[`${name}__clientId`]), options);

  if (backend && 'connection_string' in backend) {
    return QueueServiceClient.fromConnectionString(backend.connection_string, options);
  }
  if (backend) {
    return new QueueServiceClient(
      backend.account_url.replace('.blob.', '.queue.'),
      identity(backend.client_id),
      options,
    );
  }
  throw new ConfigurationError([
    `There is no queue connection: set ${name} to a connection string, or ${name}__queueServiceUri to use an identity.`,
  ]);
}

function identity(clientId: string | undefined): ManagedIdentityCredential {
  return clientId ? new ManagedIdentityCredential({ clientId }) : new ManagedIdentityCredential();
}
