import { BlobServiceClient, type StoragePipelineOptions } from '@azure/storage-blob';
import type { AzureBackend } from './azure-backend.js';
import { identity } from './identity.js';

/** A storage blip is waited out here, for about half a minute, before a delivery of the message is spent on it. */
const options: StoragePipelineOptions = {
  retryOptions: { maxTries: 6, retryDelayInMs: 500, maxRetryDelayInMs: 10_000 },
  keepAliveOptions: { enable: true },
};

/** The account of an azure_backend. Makes no request. */
export async function connectBlobService(backend: AzureBackend): Promise<BlobServiceClient> {
  if ('connection_string' in backend) {
    return BlobServiceClient.fromConnectionString(backend.connection_string, options);
  }
  return new BlobServiceClient(backend.account_url, await identity(backend.client_id), options);
}
