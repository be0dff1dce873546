import type { TableArtifact } from '../contracts/result/sim-return.js';
import type { ArtifactFile } from './ports.js';

/** Files that are stored, as other documents tell of them: name → what it is and where. */
export function tableArtifacts(
  files: ArtifactFile[],
  references: Map<string, string>,
): Record<string, TableArtifact> {
  return Object.fromEntries(
    files.map(({ name, contentType, size, blake2b256 }) => {
      const ref = references.get(name);
      if (ref === undefined) throw new Error(`Cannot record the output "${name}": it was not stored.`);
      return [name, { content_type: contentType, size, ref, checksum: blake2b256 }];
    }),
  );
}
