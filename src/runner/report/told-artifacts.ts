import { createHash } from 'node:crypto';
import { closeSync, read, readSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createBlake2b256 } from '../../contracts/identities/create-blake2b-256.js';
import { inTurns } from '../../files/in-turns.js';
import type { ArtifactFile } from '../../simulation/ports.js';
import type { RunnerMessage } from '../process/supervisor-protocol.js';
import { isFolder } from './is-folder.js';
import { openPlainFile } from './open-plain-file.js';

const readPart = promisify(read);
const chunkBytes = 1024 * 1024;
/** Read at once, in microseconds. */
const smallBytes = 64 * 1024;
/** Read within a second or so, whatever it is. */
const quickBytes = 1024 * 1024 * 1024;

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
  const [first] = told;
  if (first && !(isOwn(folder) && (await canBeThere(told, folder))))
    return { artifacts: [], missing: first.name };
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

/** A simulation could have put a link in the place of its folders. */
function isOwn(folder: string): boolean {
  return [dirname(folder), folder].every(isFolder);
}

/** Files with holes can be larger than any disk, and nobody would see the end of reading them. */
async function canBeThere(told: Told, folder: string): Promise<boolean> {
  const bytes = told.reduce((sum, { size }) => sum + size, 0);
  if (bytes <= quickBytes) return true;
  const disk = await statfs(folder);
  return bytes <= disk.blocks * disk.bsize;
}

async function asTold(
  { name, file, size, content_type: contentType, blake2b256 }: Told[number],
  folder: string,
): Promise<ArtifactFile | undefined> {
  const path = join(folder, file);
  const opened = openPlainFile(path);
  if (opened === undefined) return undefined;
  try {
    if (opened.size !== size) return undefined;
    const checksums = await checksumsOf(opened.descriptor, size);
    return checksums.blake2b256 === blake2b256 ? { name, path, size, contentType, ...checksums } : undefined;
  } finally {
    closeSync(opened.descriptor);
  }
}

async function checksumsOf(
  descriptor: number,
  size: number,
): Promise<Pick<ArtifactFile, 'blake2b256' | 'md5'>> {
  const [blake2b256, md5] = [await createBlake2b256(), createHash('md5')];
  // A buffer no larger than the file: memory that is taken for each adds up.
  const chunk = Buffer.allocUnsafe(Math.max(1, Math.min(size, chunkBytes)));
  for (;;) {
    const count =
      size <= smallBytes
        ? readSync(descriptor, chunk, 0, chunk.length, null)
        : (await readPart(descriptor, chunk, 0, chunk.length, null)).bytesRead;
    if (count === 0) return { blake2b256: blake2b256.digest(), md5: md5.digest('hex') };
    const part = chunk.subarray(0, count);
    blake2b256.update(part);
    md5.update(part);
  }
}
