import { allAtOnce } from '../all-at-once.js';
import type { ListedBundle } from '../bundle-store.js';
import { sha256 } from '../format/sha256.js';
import { automaticTag } from './automatic-tag.js';
import type { RegistryClient } from './create-registry-client.js';
import { readUpTo } from './http/read-up-to.js';
import { listTags } from './list-tags.js';
import { manifestTypes } from './manifest-types.js';
import type { NamedRepository } from './repository-for.js';

/** Nothing that a registry takes for a manifest is longer. */
const longestManifest = 32 * 1024 * 1024;

/** What has a tag in a repository, with the tags that people gave it. */
export async function listRepository(
  client: RegistryClient,
  { repository, refOf }: NamedRepository,
): Promise<ListedBundle[]> {
  const tags = await listTags(client, repository);
  const tagged = await allAtOnce(tags, { limit: 16 }, async (tag) => ({ tag, digest: await digestOf(tag) }));
  const bundles = new Map<string, ListedBundle>();
  for (const { tag, digest } of tagged) {
    // Removed since the tags were listed.
    if (digest === undefined) continue;
    const bundle = bundles.get(digest) ?? { ref: refOf(digest), tags: [] };
    bundles.set(digest, bundle);
    if (tag !== automaticTag(digest)) bundle.tags.push(tag);
  }
  return [...bundles.values()];

  async function digestOf(tag: string): Promise<string | undefined> {
    const request = {
      purpose: `look up the tag ${tag} of ${repository}`,
      url: `/v2/${repository}/manifests/${tag}`,
      repository,
      actions: 'pull',
      headers: { accept: manifestTypes },
    } as const;
    const head = await client.send({ ...request, accept: [200, 404], method: 'HEAD' });
    if (head.status === 404) return undefined;
    const told = head.headers.get('docker-content-digest');
    if (told !== null) return told;
    return client.retry(async () => {
      const answer = await client.sendOnce({ ...request, accept: [200, 404], method: 'GET' });
      return answer.status === 404 ? undefined : sha256(await readUpTo(answer.body, longestManifest));
    });
  }
}
