import type { ContainerClient } from '@azure/storage-blob';
import { readBlob } from './read-blob.js';

/** A small blob's text in one request; undefined when there is no such blob or container. */
export async function readTextBlob(
  container: ContainerClient,
  blobName: string,
): Promise<string | undefined> {
  return (await readBlob(container, blobName))?.toString('utf8');
}
