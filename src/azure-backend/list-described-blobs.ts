import { setImmediate } from 'node:timers/promises';
import type { ContainerClient } from '@azure/storage-blob';
import { collect } from './collect.js';
import { type ListedBlob, listedBlobs } from './listed-blobs.js';
import { sendToContainer } from './send-to-container.js';

/** What Blob storage gives in one answer. */
const usualPage = 5_000;

/**
 * Pages of blobs with their metadata, a request each; none where the container does not exist yet. Storage makes the next page while one is looked at.
 *
 * @param most on a page, for a reader that wants no more: the next one is asked for when it goes on
 */
export async function* listDescribedBlobs(
  container: ContainerClient,
  prefix: string,
  abortSignal: AbortSignal,
  most?: number,
): AsyncGenerator<Iterable<ListedBlob>> {
  const maxresults = String(most ?? usualPage);
  const asked = { restype: 'container', comp: 'list', include: 'metadata', prefix, maxresults };
  const pageAt = (marker: string) =>
    readPage(container, withQuery(container.url, { ...asked, marker }), abortSignal);
  let next: Promise<string | undefined> | undefined;
  for (let marker: string | undefined = ''; marker !== undefined; ) {
    const page: string | undefined = await (next ?? pageAt(marker));
    if (page === undefined) return;
    const listed = listedBlobs(page);
    marker = listed.marker;
    next = marker === undefined || most !== undefined ? undefined : pageAt(marker);
    if (next !== undefined) {
      // It is told when its turn has come.
      next.catch(() => undefined);
      // A reader that waits for nothing else would keep the request from being sent.
      await setImmediate();
    }
    yield listed.blobs;
  }
}

async function readPage(
  container: ContainerClient,
  url: URL,
  abortSignal: AbortSignal,
): Promise<string | undefined> {
  const read = async () => {
    const { status, readableStreamBody } = await sendToContainer(container, url, {
      method: 'GET',
      abortSignal,
      expected: [200, 404],
    });
    const isThere = status === 200;
    return { isThere, content: collect(readableStreamBody as AsyncIterable<Buffer>) };
  };
  const { isThere, content } = await read();
  // Again where the connection broke within the page.
  const page = await content.catch(async () => (await read()).content);
  return isThere ? page.toString('utf8') : undefined;
}

/** Not as `URLSearchParams` writes it: a request is signed with what `%20` means, and not `+`; and without a name that has no value. */
function withQuery(address: string, asked: Record<string, string>): URL {
  const url = new URL(address);
  const more = Object.entries(asked)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  url.search = [...(url.search === '' ? [] : [url.search.slice(1)]), ...more].join('&');
  return url;
}
