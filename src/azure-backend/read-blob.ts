import { buffer } from 'node:stream/consumers';
import type { ContainerClient } from '@azure/storage-blob';
import { openBlob } from './open-blob.js';

/** A small blob's bytes in one request; undefined when there is no such blob or container. */
export async function readBlob(container: ContainerClient, blobName: string): Promise<Buffer | undefined> {
  const body = await openBlob(container, blobName);
  return body && buffer(body);
}
