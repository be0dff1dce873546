import { sha256 } from '../format/sha256.js';
import type { RegistryClient } from './create-registry-client.js';
import { readUpTo } from './http/read-up-to.js';
import { manifestTypes } from './manifest-types.js';

/** Nothing that a registry takes for a manifest is longer. */
const longestManifest = 32 * 1024 * 1024;

/** The digest of the manifest that has a tag in a repository; undefined when none has. */
export async function digestOfTag(
  client: RegistryClient,
  repository: string,
  tag: string,
): Promise<string | undefined> {
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
