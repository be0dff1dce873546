import { join } from 'node:path';
import type { ArtifactFile } from '../simulation/ports.js';
import { plainFileSize } from './plain-file.js';
import type { RunnerMessage } from './supervisor-protocol.js';

type Told = Extract<RunnerMessage, { type: 'done' }>['artifacts'];

/**
 * The files that a runner said it had written, as they are now that nothing of it runs any more.
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
  for (const { name, path, size } of artifacts) {
    if ((await plainFileSize(path)) !== size) return { artifacts: [], missing: name };
  }
  return { artifacts };
}
