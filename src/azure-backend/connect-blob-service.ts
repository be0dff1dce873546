import { ManagedIdentityCredential } from '@azure/identity';
import { BlobServiceClient, type StoragePipelineOptions } from '@azure/storage-blob';
import type { AzureBackend } from './azure-backend.js';

/** A storage blip is waited out here, for about half a minute, before a delivery of the message is spent on it. */
const options: StoragePipelineOptions = {
  retryOptions: { maxTries: 6, retryDelayInMs: 500, maxRetryDelayInMs: 10_000 },
  keepAliveOptions: { enable: true },
};

/** The account of an azure_backend. Makes no request. */
export function connectBlobService(backend: AzureBackend): BlobServiceClient {
  if ('connection_string' in backend) {
    return BlobServiceClient.fromConnectionString(backend.connection_string, options);
  }
  const credential = backend.client_id
    ? new ManagedIdentityCredential({ clientId: backend.client_id })
    : new ManagedIdentityCredential();
  return new BlobServiceClient(backend.account_url, credential, options);
}
