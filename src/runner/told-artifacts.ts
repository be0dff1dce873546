import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ArtifactFile } from '../simulation/ports.js';
import { plainFileSize } from './plain-file.js';
import type { RunnerMessage } from './supervisor-protocol.js';

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
  for (const { name, path, size, md5 } of artifacts) {
    if ((await plainFileSize(path)) !== size || (await md5Of(path)) !== md5)
      return { artifacts: [], missing: name };
  }
  return { artifacts };
}

/** Undefined when the simulation took away the permission to read it. */
async function md5Of(path: string): Promise<string | undefined> {
  const hash = createHash('md5');
  try {
    await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
    return hash.digest('hex');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') return undefined;
    throw error;
  }
}
