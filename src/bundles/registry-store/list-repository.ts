import { allAtOnce } from '../all-at-once.js';
import type { ListedBundle } from '../bundle-store.js';
import { environmentTag } from '../format/environment-tag.js';
import { automaticTag } from './automatic-tag.js';
import type { RegistryClient } from './create-registry-client.js';
import { digestOfTag } from './digest-of-tag.js';
import { listTags } from './list-tags.js';
import type { NamedRepository } from './repository-for.js';

/** What has a tag in a repository, with the tags that people gave it. */
export async function listRepository(
  client: RegistryClient,
  { repository, refOf }: NamedRepository,
): Promise<ListedBundle[]> {
  const tags = (await listTags(client, repository)).filter((tag) => !environmentTag.is(tag));
  const tagged = await allAtOnce(tags, { limit: 16 }, async (tag) => ({
    tag,
    digest: await digestOfTag(client, repository, tag),
  }));
  const bundles = new Map<string, ListedBundle>();
  for (const { tag, digest } of tagged) {
    // Removed since the tags were listed.
    if (digest === undefined) continue;
    const bundle = bundles.get(digest) ?? { ref: refOf(digest), tags: [] };
    bundles.set(digest, bundle);
    if (tag !== automaticTag(digest)) bundle.tags.push(tag);
  }
  return [...bundles.values()];
}
