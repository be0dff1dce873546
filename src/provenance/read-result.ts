import type { ContainerClient } from '@azure/storage-blob';
import { blobReference } from '../azure-backend/blob-reference.js';
import { readTextBlob } from '../azure-backend/read-text-blob.js';
import { parseDocument } from '../contracts/json/parse-document.js';
import { StoredResult } from '../contracts/result/stored-result.js';
import { ContractViolation } from '../contracts/validation/contract-violation.js';
import type { FoundResult } from '../simulation/ports.js';
import { ResultDamaged } from '../simulation/result-damaged.js';

/**
 * A stored result; undefined when there is none.
 *
 * @throws ResultDamaged when it cannot be read.
 */
export async function readResult(container: ContainerClient, path: string): Promise<FoundResult | undefined> {
  const stored = await readTextBlob(container, path);
  if (stored === undefined) return undefined;
  const reference = blobReference(container.containerName, path);
  try {
    return { stored: parseDocument(StoredResult, stored, 'The result'), reference };
  } catch (error) {
    if (!(error instanceof ContractViolation)) throw error;
    throw new ResultDamaged(
      `Cannot use the stored result ${reference}: ${error.message} Remove that blob, or use the version of the app that wrote it.`,
      { cause: error },
    );
  }
}
