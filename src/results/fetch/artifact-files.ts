import { createHash } from 'node:crypto';
import { encodeArtifactName } from '../../contracts/result/artifact-name.js';

/** Names that the task's folder has for itself. */
const reserved = ['result.json', 'outcome.json', 'log.txt'];
/** File systems allow 255 bytes; some is left for the hash behind a name that was cut. */
const longest = 200;

/**
 * The file name of each artifact: its encoded name, or, where that is too long, reserved, or taken on a file system that
 * does not tell upper from lower case, its beginning and a hash. The index says which is which.
 */
export function artifactFiles(names: string[]): Map<string, string> {
  const taken = new Set(reserved);
  return new Map(
    [...names].sort().map((name) => {
      const encoded = encodeArtifactName(name);
      const file =
        encoded.length > longest || taken.has(encoded.toLowerCase())
          ? `${encoded.slice(0, longest).replace(/%.?$/, '')}~${createHash('sha256').update(name).digest('hex').slice(0, 12)}`
          : encoded;
      taken.add(file.toLowerCase());
      return [name, file];
    }),
  );
}
