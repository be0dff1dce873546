import type { BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import type { QueueClient } from '@azure/storage-queue';

/** Where a client of the app finds everything about jobs. */
export interface JobStorage {
  blobs: BlobServiceClient;
  results: ContainerClient;
  jobs: ContainerClient;
  queue: QueueClient;
  poisonQueue: QueueClient;
  /** Of requests to send the messages of a run. */
  jobsQueue: QueueClient;
}
