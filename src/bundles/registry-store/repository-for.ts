import { isRepositoryName } from '../../contracts/bundle/is-repository-name.js';
import type { Registry } from './registry-at.js';
import { splitHost } from './split-host.js';

/** A repository to write to or to list. */
export interface NamedRepository {
  /** Its full name in the registry. */
  repository: string;
  /** How messages name a bundle in it. */
  refOf(digest: string): string;
}

/**
 * The repository that a person named, below the setting's path as references are read.
 *
 * @throws Error when no repository is named, or one that cannot exist.
 */
export function repositoryFor(named: string | undefined, { host, path }: Registry): NamedRepository {
  if (named === undefined) {
    if (path !== '') return { repository: path, refOf: (digest) => digest };
    throw new Error(
      `Cannot use the registry ${host} without a repository: name one (--repository), or set MODELOPS_BUNDLE_REGISTRY to "${host}/<repository>".`,
    );
  }
  const { host: namedHost, name } = splitHost(named);
  if (namedHost !== undefined) {
    throw new Error(
      `Cannot use the repository ${JSON.stringify(named)}: it names the registry ${namedHost}. Write "${name}"; the registry is MODELOPS_BUNDLE_REGISTRY.`,
    );
  }
  if (!isRepositoryName(named)) {
    throw new Error(
      `Cannot use the repository ${JSON.stringify(named)}: a name is lower-case letters and digits, with ".", "_", "-" and "/" between them.`,
    );
  }
  const repository = path === '' || path === named ? named : `${path}/${named}`;
  return { repository, refOf: (digest) => `${named}@${digest}` };
}
