import type { Bytes } from '../bundle-store.js';
import type { ExpectedBytes } from '../format/verified-bytes.js';
import type { RegistryClient } from './create-registry-client.js';

/**
 * Stores a blob in a repository: asks for a place, and sends the bytes there. What fails in a way that may pass begins
 * anew, with a new place.
 */
export async function uploadBlob(
  client: RegistryClient,
  repository: string,
  blob: ExpectedBytes,
  open: () => Bytes,
): Promise<void> {
  const common = {
    repository,
    actions: 'pull,push',
    purpose: `push the blob ${blob.digest} to ${repository}`,
  } as const;
  await client.retry(async () => {
    const url = `/v2/${repository}/blobs/uploads/`;
    const started = await client.sendOnce({ ...common, method: 'POST', url, accept: [202] });
    const place = started.headers.get('location');
    if (place === null) {
      throw new Error(
        `Cannot ${common.purpose}: the registry did not say where to. Use one that keeps to the OCI distribution API.`,
      );
    }
    await client.sendOnce({
      ...common,
      method: 'PUT',
      url: finalUrl(place, started.url, blob.digest),
      headers: { 'content-type': 'application/octet-stream' },
      body: { size: blob.size, open },
      accept: [201, 202, 204],
    });
  });
}

function finalUrl(place: string, registry: URL, digest: string): string {
  const url = new URL(place, registry);
  // Behind a proxy a registry may not know that it is reached by TLS, or at another port than the usual one.
  if (url.hostname === registry.hostname && (url.port === '' || url.port === registry.port)) {
    url.protocol = registry.protocol;
    url.port = registry.port;
  }
  // Appended as text: the rest of the query is the registry's own, and may be signed.
  url.search += `${url.search === '' ? '?' : '&'}digest=${encodeURIComponent(digest)}`;
  return url.href;
}
