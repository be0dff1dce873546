import { pushToFolder } from '../../bundles/push-to-folder.js';
import { resolveBundle } from '../../bundles/resolve-bundle.js';
import { formatBytes } from '../terminal/format-bytes.js';

export interface PreparedBundle {
  /** What messages name; undefined when none was given. */
  ref: string | undefined;
  /** Puts a folder into the store; does nothing for a reference. Returns what it did, empty when that is nothing. */
  push(storeFolder: string): Promise<string>;
}

/** Finds out what `--bundle` means. A folder is packed, so that its digest is known, and is not stored yet. */
export async function prepareBundle(refOrPath: string | undefined): Promise<PreparedBundle> {
  if (refOrPath === undefined) return { ref: undefined, push: async () => '' };
  const resolved = await resolveBundle(refOrPath);
  if (resolved.kind === 'reference') return { ref: resolved.ref, push: async () => '' };
  const { folder, packed } = resolved;
  return {
    ref: packed.digest,
    async push(storeFolder) {
      const { blobs, bytes } = await pushToFolder(packed, storeFolder);
      if (blobs === 0) return '';
      return `Stored the bundle ${folder} as ${packed.digest} in ${storeFolder} (${packed.files.length} files, ${formatBytes(bytes)} new).`;
    },
  };
}
