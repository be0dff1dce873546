import { bundleDigest } from '../contracts/bundle/bundle-digest.js';
import { jsonIn } from '../contracts/json/json-in.js';
import type { BundleStore } from './bundle-store.js';
import { decompressed } from './decompressed.js';
import { environmentTag } from './format/environment-tag.js';
import { mediaTypes } from './format/media-types.js';
import { OciManifest } from './format/oci-manifest.js';
import { sha256 } from './format/sha256.js';
import { verifiedBytes } from './format/verified-bytes.js';
import { compressFile } from './pack/compress-file.js';
import { hashFile } from './pack/hash-file.js';
import { readChunks } from './pack/read-chunks.js';
import { readWithRetries } from './read-with-retries.js';

interface Name {
  id: string;
  bundleRef: string;
}

/** As it is stored, and as it was packed: one of them is read. */
interface Tar {
  compressed: AsyncIterable<Uint8Array>;
  expanded: AsyncIterable<Uint8Array>;
}

const config = Buffer.from('{}');
const longestManifest = 1024 * 1024;

/**
 * Environments in a store of bundles, each beside its bundle: an OCI artifact with one layer, a compressed tar, found by the tag
 * `environment-<id>`. What that leads to is held against the digests on its way.
 */
export function openEnvironmentStore(store: BundleStore) {
  const { name } = store;

  async function read<Result>(
    { id, bundleRef }: Name,
    use: (tar: Tar, digest: string) => Promise<Result>,
  ): Promise<Result | undefined> {
    const tag = environmentTag.of(id);
    const named = await store.findNamed(bundleRef, tag);
    if (named === undefined) return undefined;
    const ref = withDigest(bundleRef, named);
    const refuse = (what: string) => new Error(`${tag} ${what}`);
    const document = await readWithRetries(
      async () => {
        const bytes = await store.openManifest(ref);
        if (bytes === undefined) throw refuse('names a manifest that is not there');
        return bytes;
      },
      (bytes) => readShort(bytes, () => refuse('names a manifest that is too long')),
    );
    if (sha256(document) !== named) throw refuse('names a manifest that is damaged');
    const { success, data } = OciManifest.safeParse(jsonIn(document.toString('utf8')));
    const [layer, second] = success ? data.layers : [];
    if (layer === undefined || second !== undefined || layer.mediaType !== mediaTypes.environmentTar)
      throw refuse('names something else than an environment');
    return readWithRetries(
      async () => {
        const bytes = await store.openBlob(ref, layer.digest);
        if (bytes === undefined) throw refuse('names a file that is not there');
        return bytes;
      },
      (bytes) => {
        const compressed = verifiedBytes(bytes, layer, (what) => refuse(what));
        return use({ compressed, expanded: decompressed(compressed) }, named);
      },
    );
  }

  async function put({ id, bundleRef }: Name, tar: string): Promise<{ digest: string; size: number }> {
    const at = bundleRef.lastIndexOf('@');
    const repository = at < 0 ? undefined : bundleRef.slice(0, at);
    const target = store.target({
      ...(repository !== undefined && { repository }),
      tag: environmentTag.of(id),
    });
    const file = await compressFile(tar);
    const layer = await hashFile(file);
    const described = { digest: sha256(config), size: config.length };
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.manifest,
        artifactType: mediaTypes.environment,
        config: { mediaType: mediaTypes.empty, ...described },
        layers: [{ mediaType: mediaTypes.environmentTar, ...layer }],
      }),
    );
    const manifest = { digest: sha256(bytes), size: bytes.length };
    await target.lacking([layer, described, manifest], manifest.digest);
    // All of it, whatever the store has: what is there may be damaged, which is why it is stored again.
    await target.putBlob(layer, () => readChunks(file));
    await target.putBlob(described, async function* () {
      yield config;
    });
    await target.putManifest(manifest, bytes);
    return { digest: manifest.digest, size: layer.size };
  }

  return {
    name,
    find: ({ id, bundleRef }: Name) => store.findNamed(bundleRef, environmentTag.of(id)),
    read,
    put,
  };
}

function withDigest(bundleRef: string, digest: string): string {
  return bundleRef.slice(0, -bundleDigest(bundleRef).length) + digest;
}

async function readShort(bytes: AsyncIterable<Uint8Array>, tooLong: () => Error): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > longestManifest) throw tooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
