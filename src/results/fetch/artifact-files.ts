import { createHash } from 'node:crypto';
import { encodeArtifactName } from '../../contracts/result/artifact-name.js';
import { fileEnding } from './file-ending.js';

/** Names that the task's folder has for itself. */
const reserved = ['result.json', 'outcome.json', 'log.txt'];
/** File systems allow 255 bytes; some is left for the hash behind a name that was cut. */
const longest = 200;

/**
 * The file name of each artifact: its encoded name, or, where that is too long, reserved, or taken on a file system that
 * does not tell upper from lower case, its beginning and a hash; and the ending of its content type, where its name has
 * none. The index says which is which.
 *
 * @param contentTypes of those of which it is known, by name
 */
export function artifactFiles(
  names: string[],
  contentTypes: ReadonlyMap<string, string> = new Map(),
): Map<string, string> {
  const taken = new Set(reserved);
  const endings = new Map(names.map((name) => [name, fileEnding(name, contentTypes.get(name) ?? '')]));
  const endingOf = (name: string) => endings.get(name) ?? '';
  // Those that keep their names come first: an ending that is added takes no other's name.
  const inOrder = [...names].sort().sort((a, b) => Number(endingOf(a) !== '') - Number(endingOf(b) !== ''));
  return new Map(
    inOrder.map((name) => {
      const encoded = encodeArtifactName(name);
      const ending = endingOf(name);
      const file =
        encoded.length > longest || taken.has(`${encoded}${ending}`.toLowerCase())
          ? `${encoded.slice(0, longest).replace(/%.?$/, '')}~${createHash('sha256').update(name).digest('hex').slice(0, 12)}${ending}`
          : `${encoded}${ending}`;
      taken.add(file.toLowerCase());
      return [name, file];
    }),
  );
}
