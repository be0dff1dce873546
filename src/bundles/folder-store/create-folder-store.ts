import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bundleDigest } from '../../contracts/bundle/bundle-digest.js';
import { hasCode } from '../../files/has-code.js';
import { withLock } from '../../files/with-lock.js';
import { writeWhole } from '../../files/write-whole.js';
import type { BundleStore, BundleTarget } from '../bundle-store.js';
import { fileSize } from '../file-size.js';
import { lackingBlobs } from '../format/lacking-blobs.js';
import { readLayoutIndex } from '../format/layout-index.js';
import { layoutMarker, layoutPaths } from '../format/layout-paths.js';
import type { ExpectedBytes } from '../format/verified-bytes.js';
import { openIfPresent } from './open-if-present.js';
import { createPlainFolders } from './plain-folders.js';

/**
 * Bundles on disk: an OCI image layout, which is made by the first push, and plain folders, which are packed when they
 * are asked for.
 */
export function createFolderStore(storeFolder: string): BundleStore {
  const folder = resolve(storeFolder);
  const at = (path: string) => join(folder, path);
  const name = `the bundle store ${folder}`;
  const plain = createPlainFolders(folder);
  const readIndex = async () => readLayoutIndex(await textOf(at(layoutPaths.index)), name);
  let isModel: Promise<boolean> | undefined;
  const write = async (path: string, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array | string>) => {
    isModel ??= plain.isOneItself();
    if (await isModel) {
      throw new Error(
        `Cannot keep bundles in ${folder}: it is the folder of a model. Set MODELOPS_BUNDLES_DIR to a folder for bundles.`,
      );
    }
    await writeWhole(at(path), content, { meanwhile: at(layoutPaths.unfinished) });
  };

  const target = (tag: string | undefined): BundleTarget => ({
    refOf: (digest) => digest,
    async lacking(blobs, manifest) {
      const look = async ({ digest }: ExpectedBytes) =>
        [digest, await fileSize(at(layoutPaths.blob(digest)))] as const;
      const sizes = new Map(await Promise.all(blobs.map(look)));
      return lackingBlobs(blobs, manifest, (digest) => sizes.get(digest), await readIndex());
    },
    putBlob: ({ digest }, open) => write(layoutPaths.blob(digest), open()),
    async putManifest(manifest, bytes) {
      await write(layoutPaths.marker, [layoutMarker]);
      // Listed first: a push that is cut off here is repeated, and one that is cut off behind it need not be.
      await withLock(at(layoutPaths.index), async () => {
        const text = (await readIndex()).withListed(manifest, tag);
        if (text !== undefined) await write(layoutPaths.index, [text]);
      });
      await write(layoutPaths.blob(manifest.digest), [bytes]);
    },
  });

  return {
    name,
    openManifest: async (bundleRef) =>
      (await openIfPresent(at(layoutPaths.blob(bundleDigest(bundleRef))))) ?? plain.openManifest(bundleRef),
    openBlob: async (bundleRef, digest) =>
      (await openIfPresent(at(layoutPaths.blob(digest)))) ?? plain.openBlob(bundleRef, digest),
    findNamed: async (_bundleRef, tag) => (await readIndex()).named(tag),
    target: ({ tag }) => target(tag),
    list: async () => [...(await readIndex()).bundles(), ...(await plain.list())],
  };
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
