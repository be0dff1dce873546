import { tracingPolicyName } from '@azure/core-rest-pipeline';
import { BlobServiceClient, type StoragePipelineOptions } from '@azure/storage-blob';
import type { AzureBackend } from './azure-backend.js';
import { identity } from './identity.js';
import { addPatience } from './patience.js';

/** A storage blip is waited out here, for about half a minute, before a delivery of the message is spent on it. */
const options: StoragePipelineOptions = {
  retryOptions: { maxTries: 6, retryDelayInMs: 500, maxRetryDelayInMs: 10_000 },
  keepAliveOptions: { enable: true },
};

/** The account of an azure_backend. Makes no request. */
export async function connectBlobService(backend: AzureBackend): Promise<BlobServiceClient> {
  const service =
    'connection_string' in backend
      ? BlobServiceClient.fromConnectionString(backend.connection_string, options)
      : new BlobServiceClient(backend.account_url, await identity(backend.client_id), options);
  // biome-ignore lint/complexity/useLiteralKeys: protected, as it is meant for classes that extend the SDK's.
  const { pipeline } = service['storageClientContext'];
  addPatience(pipeline);
  // For instruments of the SDK's own, which nobody has here: what a span would say is made up for each request, and thrown away.
  pipeline.removePolicy({ name: tracingPolicyName });
  return service;
}
