import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ContainerClient, RestError } from '@azure/storage-blob';
import { createOnce } from '../../azure-backend/create-once.js';
import { openBlob } from '../../azure-backend/open-blob.js';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { bundleDigest } from '../../contracts/bundle/bundle-digest.js';
import { allAtOnce } from '../all-at-once.js';
import type { BundleStore, BundleTarget, Bytes } from '../bundle-store.js';
import { lackingBlobs } from '../format/lacking-blobs.js';
import { readLayoutIndex } from '../format/layout-index.js';
import { layoutMarker, layoutPaths } from '../format/layout-paths.js';
import type { ExpectedBytes } from '../format/verified-bytes.js';

/** A file up to this size is one request. */
const oneRequestBytes = 4 * 1024 * 1024;
const blocksAtOnce = 2;
/** More blobs than this are looked for in a listing, which the whole container is read for. */
const mostSingleLooks = 64;
const mostTries = 20;

/** Bundles in a container of Blob storage, as an OCI image layout. The first push makes the container. */
export function createBlobStore(container: ContainerClient): BundleStore {
  const name = `the container ${container.containerName} at ${new URL(container.url).origin}`;
  const open = (path: string) => openBlob(container, path);

  const target = (tag: string | undefined): BundleTarget => ({
    refOf: (digest) => digest,
    async lacking(blobs, manifest) {
      await container.createIfNotExists();
      const sizes = blobs.length <= mostSingleLooks ? await lookAt(blobs) : await listSizes();
      return lackingBlobs(blobs, manifest, (digest) => sizes.get(digest), await readIndex());
    },
    putBlob: (blob, content) => put(blob, content()),
    async putManifest(manifest, bytes) {
      await createOnce(container, layoutPaths.marker, layoutMarker, 'application/json');
      // Listed first: a push that is cut off here is repeated, and one that is cut off behind it need not be.
      await listManifest(manifest, tag);
      await put(manifest, bytesOf(bytes));
    },
  });

  return {
    name,
    openManifest: (bundleRef) => open(layoutPaths.blob(bundleDigest(bundleRef))),
    openBlob: (_bundleRef, digest) => open(layoutPaths.blob(digest)),
    findNamed: async (_bundleRef, tag) => (await readIndex()).named(tag),
    target: ({ tag }) => target(tag),
    list: async () => (await readIndex()).bundles(),
  };

  async function readIndex() {
    return readLayoutIndex(await readTextBlob(container, layoutPaths.index), name);
  }

  async function lookAt(blobs: ExpectedBytes[]): Promise<Map<string, number | undefined>> {
    const sizes = await allAtOnce(blobs, { limit: 16 }, async ({ digest }) => {
      const found = await container
        .getBlobClient(layoutPaths.blob(digest))
        .getProperties()
        .catch(absentIsUndefined);
      return [digest, found?.contentLength] as const;
    });
    return new Map(sizes);
  }

  async function listSizes(): Promise<Map<string, number | undefined>> {
    const sizes = new Map<string, number | undefined>();
    for await (const blob of container.listBlobsFlat({ prefix: layoutPaths.blobs })) {
      sizes.set(`sha256:${blob.name.slice(layoutPaths.blobs.length)}`, blob.properties.contentLength);
    }
    return sizes;
  }

  /** A blob becomes visible whole, when its content was read to the end without an error. */
  async function put({ digest, size }: ExpectedBytes, content: Bytes): Promise<void> {
    const blob = container.getBlockBlobClient(layoutPaths.blob(digest));
    const stream = Readable.from(content, { objectMode: false });
    if (size <= oneRequestBytes) await blob.uploadData(await buffer(stream));
    else await blob.uploadStream(stream, oneRequestBytes, blocksAtOnce);
  }

  async function listManifest(manifest: ExpectedBytes, tag: string | undefined): Promise<void> {
    const blob = container.getBlockBlobClient(layoutPaths.index);
    for (let tries = 1; ; tries++) {
      const found = await blob.download().catch(absentIsUndefined);
      const current = found?.readableStreamBody && (await buffer(found.readableStreamBody)).toString('utf8');
      const text = readLayoutIndex(current || undefined, name).withListed(manifest, tag);
      if (text === undefined) return;
      const conditions = found?.etag === undefined ? { ifNoneMatch: '*' } : { ifMatch: found.etag };
      try {
        await blob.upload(text, Buffer.byteLength(text), {
          conditions,
          blobHTTPHeaders: { blobContentType: 'application/json' },
        });
        return;
      } catch (error) {
        // Somebody else listed a bundle meanwhile: it must not be lost.
        const isLate =
          error instanceof RestError && ['ConditionNotMet', 'BlobAlreadyExists'].includes(error.code ?? '');
        if (!isLate || tries === mostTries) throw error;
        await sleep(Math.random() * 50 * tries);
      }
    }
  }
}

function absentIsUndefined(error: unknown): undefined {
  if (error instanceof RestError && error.statusCode === 404) return undefined;
  throw error;
}

async function* bytesOf(bytes: Uint8Array): Bytes {
  yield bytes;
}
