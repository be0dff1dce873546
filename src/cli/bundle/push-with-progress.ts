import type { NamedBundle, StoredBundle } from '../../connections/named-bundle.js';
import { counted } from '../../reporting/counted.js';
import { formatBytes } from '../../reporting/format-bytes.js';
import { createProgress } from '../terminal/create-progress.js';
import type { Output } from '../terminal/output.js';

/** Puts a folder into the store, and shows how far it is; does nothing for a reference. */
export async function pushWithProgress(
  bundle: NamedBundle,
  output: Output,
): Promise<StoredBundle | undefined> {
  const progress = createProgress(output.progress, 'Storing');
  let begun = false;
  const stored = await bundle
    .push((state) => {
      begun ||= state.total > 0;
      if (begun) progress.update(state);
    })
    .finally(() => begun && progress.end());
  if (stored !== undefined && stored.blobs > 0) {
    const size = `${counted(stored.files, 'file')}, ${formatBytes(stored.bytes)} new`;
    output.note(`Stored the bundle ${stored.folder} as ${stored.ref} in ${stored.store.name} (${size}).`);
  }
  return stored;
}
