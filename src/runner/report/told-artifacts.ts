import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { createBlake2b256 } from '../../contracts/identities/create-blake2b-256.js';
import { inTurns } from '../../files/in-turns.js';
import type { ArtifactFile } from '../../simulation/ports.js';
import type { RunnerMessage } from '../process/supervisor-protocol.js';
import { plainFileSize } from './plain-file.js';

const chunkBytes = 1024 * 1024;
/** Read at once, in microseconds. */
const smallBytes = 64 * 1024;

type Told = Extract<RunnerMessage, { type: 'done' }>['artifacts'];

/**
 * The files that a runner said it had written, as they are now that nothing of it runs any more, each with the checksum
 * that storage wants.
 *
 * @returns those that are there as they were told, and `missing`: the name of one that is not, if any
 */
export async function toldArtifacts(
  told: Told,
  folder: string,
): Promise<{ artifacts: ArtifactFile[]; missing?: string }> {
  const found: (ArtifactFile | undefined)[] = [];
  // One after the other: hashing is what takes long, and there is one thread for it.
  function* look() {
    for (const artifact of told) yield asTold(artifact, folder).then((file) => void found.push(file));
  }
  await inTurns(look());
  const artifacts = found.filter((artifact) => artifact !== undefined);
  const missing = told[found.indexOf(undefined)];
  return missing ? { artifacts, missing: missing.name } : { artifacts };
}

async function asTold(
  { name, file, size, content_type: contentType, blake2b256 }: Told[number],
  folder: string,
): Promise<ArtifactFile | undefined> {
  const path = join(folder, file);
  if (plainFileSize(path) !== size) return undefined;
  const checksums = await checksumsOf(path, size);
  if (checksums?.blake2b256 !== blake2b256) return undefined;
  return { name, path, size, contentType, ...checksums };
}

/** Undefined when the simulation took away the permission to read it. */
async function checksumsOf(
  path: string,
  size: number,
): Promise<Pick<ArtifactFile, 'blake2b256' | 'md5'> | undefined> {
  const [blake2b256, md5] = [await createBlake2b256(), createHash('md5')];
  const update = (part: Uint8Array) => {
    blake2b256.update(part);
    md5.update(part);
  };
  const digests = () => ({ blake2b256: blake2b256.digest(), md5: md5.digest('hex') });
  try {
    if (size <= smallBytes) {
      update(readFileSync(path));
      return digests();
    }
    const file = await open(path);
    try {
      // A buffer no larger than the file: memory that is taken for each adds up.
      const chunk = Buffer.allocUnsafe(Math.min(size, chunkBytes));
      for (;;) {
        const { bytesRead } = await file.read(chunk, 0, chunk.length);
        if (bytesRead === 0) return digests();
        update(chunk.subarray(0, bytesRead));
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') return undefined;
    throw error;
  }
}
