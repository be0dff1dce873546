import type { ContainerClient } from '@azure/storage-blob';
import { createOnce } from '../../azure-backend/create-once.js';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';

/** What bundles without a lock were resolved to, in the container of bundles: `resolved/<id of the environment>.txt`, created once. */
export function createResolutions(container: ContainerClient) {
  const blobName = (id: string) => `resolved/${id}.txt`;
  const read = (id: string) => readTextBlob(container, blobName(id));
  return {
    read,
    /** @returns what stands there now: another instance may have been first. */
    async keep(id: string, text: string): Promise<string> {
      await container.createIfNotExists();
      if (await createOnce(container, blobName(id), text, 'text/plain; charset=utf-8')) return text;
      return (await read(id)) ?? text;
    },
  };
}
