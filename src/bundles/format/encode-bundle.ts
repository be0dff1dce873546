import { mediaTypes } from './media-types.js';
import type { PackedBundle, PackedFile } from './packed-bundle.js';
import { sha256 } from './sha256.js';

/**
 * The manifest and the BundleIndex of some files, byte for byte the same whenever the files are.
 *
 * @param files sorted by path
 */
export function encodeBundle(files: PackedFile[]): PackedBundle {
  const config = encode({
    version: '1.0',
    // A time would change the digest of unchanged content; readers want one.
    created: '1970-01-01T00:00:00Z',
    tool: { name: 'mops-cold' },
    files: Object.fromEntries(files.map((file) => [file.path, indexEntry(file)])),
    metadata: {},
  });
  const manifest = encode({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: { mediaType: mediaTypes.bundleIndex, digest: sha256(config), size: config.length },
    layers: files.map((file) => ({
      mediaType: mediaTypes.file,
      digest: file.digest,
      size: file.size,
      annotations: { [mediaTypes.titleAnnotation]: file.path },
    })),
  });
  return { digest: sha256(manifest), manifest, config, files };
}

function indexEntry({ path, digest, size, executable }: PackedFile) {
  return { path, digest, size, storage: 'oci', ...(executable ? { executable } : {}) };
}

function encode(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
