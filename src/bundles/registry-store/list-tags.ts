import { z } from 'zod';
import type { RegistryClient } from './create-registry-client.js';
import { readUpTo } from './http/read-up-to.js';

const Page = z.object({ tags: z.array(z.string()).nullish() });
const longestPage = 16 * 1024 * 1024;

/** All tags of a repository; none when it does not exist. */
export async function listTags(client: RegistryClient, repository: string): Promise<string[]> {
  const purpose = `list the tags of ${repository}`;
  const tags: string[] = [];
  const seen = new Set<string>();
  let url: string | undefined = `/v2/${repository}/tags/list?n=1000`;
  // A registry whose last page points to an earlier one would never end.
  while (url !== undefined && !seen.has(url)) {
    seen.add(url);
    const page: { tags: string[]; next: string | undefined } = await client.retry(() => readPage(url ?? ''));
    tags.push(...page.tags);
    url = page.next;
  }
  return [...new Set(tags)];

  async function readPage(address: string) {
    const answer = await client.sendOnce({
      purpose,
      method: 'GET',
      url: address,
      repository,
      actions: 'pull',
      accept: [200, 404],
    });
    if (answer.status === 404) return { tags: [], next: undefined };
    const text = (await readUpTo(answer.body, longestPage)).toString('utf8');
    return { tags: parsePage(text), next: nextPage(answer.headers.get('link'), answer.url) };
  }

  function parsePage(text: string): string[] {
    try {
      return Page.parse(JSON.parse(text)).tags ?? [];
    } catch (cause) {
      throw new Error(
        `Cannot ${purpose}: the answer is no list of tags. See whether MODELOPS_BUNDLE_REGISTRY names a registry.`,
        { cause },
      );
    }
  }
}

/** Where a `Link` header says that the list goes on: in the same registry, whatever it says. */
function nextPage(link: string | null, current: URL): string | undefined {
  const target = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(link ?? '')?.[1];
  if (target === undefined) return undefined;
  const { pathname, search } = new URL(target, current);
  return pathname + search;
}
