import { bundleDigest } from '../../contracts/bundle/bundle-digest.js';
import type { BundleStore, Bytes } from '../bundle-store.js';
import { AccessDenied } from './access-denied.js';
import { createRegistryClient } from './create-registry-client.js';
import { createRegistryTarget } from './create-registry-target.js';
import { environmentCredentials } from './credentials/environment-credentials.js';
import { digestOfTag } from './digest-of-tag.js';
import { listRepository } from './list-repository.js';
import { manifestTypes } from './manifest-types.js';
import { registryAt } from './registry-at.js';
import type { RegistryOptions } from './registry-options.js';
import { repositoriesOf } from './repositories-of.js';
import { repositoryFor } from './repository-for.js';

/**
 * Bundles in a registry that speaks the OCI distribution API.
 *
 * @throws Error when `registry` is no address, or half of the credentials is set.
 */
export function createRegistryStore(options: RegistryOptions): BundleStore {
  const registry = registryAt(options.registry, options.insecure);
  environmentCredentials(options.env);
  const client = createRegistryClient(registry, options);
  /** The repository that had a bundle's manifest, by reference: its blobs are there. */
  const answered = new Map<string, string>();

  return {
    name: `the registry ${registry.host}${registry.path && `/${registry.path}`}`,
    async openManifest(bundleRef) {
      const digest = bundleDigest(bundleRef);
      return open(bundleRef, repositoriesOf(bundleRef, registry), `manifests/${digest}`, {
        accept: manifestTypes,
      });
    },
    async openBlob(bundleRef, digest) {
      const repository = answered.get(bundleRef);
      const repositories = repository === undefined ? repositoriesOf(bundleRef, registry) : [repository];
      return open(bundleRef, repositories, `blobs/${digest}`, {});
    },
    async findNamed(bundleRef, tag) {
      const known = answered.get(bundleRef);
      for (const repository of known === undefined ? repositoriesOf(bundleRef, registry) : [known]) {
        const digest = await digestOfTag(client, repository, tag).catch((error: unknown) => {
          // Some registries say so of a repository that does not exist.
          if (!(error instanceof AccessDenied)) throw error;
          return undefined;
        });
        if (digest !== undefined) return digest;
      }
      return undefined;
    },
    target: ({ repository, tag }) => createRegistryTarget(client, repositoryFor(repository, registry), tag),
    list: async (repository) => listRepository(client, repositoryFor(repository, registry)),
  };

  async function open(
    bundleRef: string,
    repositories: string[],
    what: string,
    headers: Record<string, string>,
  ): Promise<Bytes | undefined> {
    let denied: AccessDenied | undefined;
    for (const repository of repositories) {
      try {
        const answer = await client.send({
          purpose: `read ${what} of ${repository}`,
          method: 'GET',
          url: `/v2/${repository}/${what}`,
          repository,
          actions: 'pull',
          headers,
          accept: [200, 404],
        });
        if (answer.status === 404) continue;
        answered.set(bundleRef, repository);
        return answer.body;
      } catch (error) {
        // Some registries say so of a repository that does not exist.
        if (!(error instanceof AccessDenied)) throw error;
        denied ??= error;
      }
    }
    if (denied) throw denied;
    return undefined;
  }
}
