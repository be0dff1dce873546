import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { ArtifactFile } from '../../simulation/ports.js';
import type { RunnerMessage } from '../process/supervisor-protocol.js';
import { plainFileSize } from './plain-file.js';

const chunkBytes = 1024 * 1024;
const atOnce = 4;

type Told = Extract<RunnerMessage, { type: 'done' }>['artifacts'];

/**
 * The files that a runner said it had written, as they are now that nothing of it runs any more. Storage refuses a file
 * that is not what its checksum says: that would look like a fault of the machine, and be tried again.
 *
 * @returns `missing`: the name of one that is not there as it was told, if any
 */
export async function toldArtifacts(
  told: Told,
  folder: string,
): Promise<{ artifacts: ArtifactFile[]; missing?: string }> {
  const artifacts = told.map((artifact) => ({
    name: artifact.name,
    path: join(folder, artifact.file),
    size: artifact.size,
    contentType: artifact.content_type,
    blake2b256: artifact.blake2b256,
    md5: artifact.md5,
  }));
  const limit = pLimit(atOnce);
  const checked = artifacts.map((artifact) => limit(() => isAsTold(artifact)));
  const missing = artifacts[(await Promise.all(checked)).indexOf(false)];
  return missing ? { artifacts: [], missing: missing.name } : { artifacts };
}

async function isAsTold({ path, size, md5 }: ArtifactFile): Promise<boolean> {
  return (await plainFileSize(path)) === size && (await md5Of(path, size)) === md5;
}

/** Undefined when the simulation took away the permission to read it. */
async function md5Of(path: string, size: number): Promise<string | undefined> {
  const hash = createHash('md5');
  try {
    const file = await open(path);
    try {
      // A buffer no larger than the file: most outputs are small, and memory that is taken for each adds up.
      const chunk = Buffer.allocUnsafe(Math.max(1, Math.min(size, chunkBytes)));
      for (;;) {
        const { bytesRead } = await file.read(chunk, 0, chunk.length);
        if (bytesRead === 0) return hash.digest('hex');
        hash.update(chunk.subarray(0, bytesRead));
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') return undefined;
    throw error;
  }
}
