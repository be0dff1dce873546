import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../write-whole.js';
import { fileSize } from './file-size.js';
import { layoutPaths } from './layout-paths.js';
import { mediaTypes } from './media-types.js';
import type { ExpectedBytes } from './verified-bytes.js';

const LayoutIndex = z.looseObject({
  schemaVersion: z.literal(2),
  manifests: z.array(z.looseObject({ mediaType: z.string(), digest: z.string(), size: z.number() })),
});
type LayoutIndex = z.infer<typeof LayoutIndex>;

/**
 * Lists a manifest in the layout's `index.json`, whoever else does the same at this moment.
 *
 * There is no lock that a killed process could keep. Each push first leaves a note of its own manifest in `listed/`,
 * then writes an index with everything noted, and looks again: whoever writes last sees all notes, so none is lost.
 */
export async function listInLayout(store: string, manifest: ExpectedBytes): Promise<void> {
  await writeIfAbsent(store, join(store, layoutPaths.marker), '{"imageLayoutVersion":"1.0.0"}');
  const notes = join(store, 'listed');
  const name = `${manifest.digest.slice('sha256:'.length)}.${manifest.size}`;
  await writeIfAbsent(store, join(notes, name), '');

  for (;;) {
    const index = await readIndex(store);
    const lacking = (await readdir(notes))
      .map(readNote)
      .filter((noted) => !index.manifests.some((listed) => listed.digest === noted.digest))
      .sort((left, right) => (left.digest < right.digest ? -1 : 1));
    if (lacking.length === 0) return;
    const complete = { ...index, manifests: [...index.manifests, ...lacking] };
    await write(store, join(store, layoutPaths.index), JSON.stringify(complete, null, 2));
  }
}

async function writeIfAbsent(store: string, path: string, text: string): Promise<void> {
  if ((await fileSize(path)) === undefined) await write(store, path, text);
}

async function write(store: string, path: string, text: string): Promise<void> {
  await writeWhole(path, [text], { meanwhile: join(store, layoutPaths.unfinished) });
}

async function readIndex(store: string): Promise<LayoutIndex> {
  let text: string;
  try {
    text = await readFile(join(store, layoutPaths.index), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return { schemaVersion: 2, manifests: [] };
    throw error;
  }
  try {
    return LayoutIndex.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(
      `Cannot list the bundle in ${store}: its ${layoutPaths.index} is no OCI index. Repair it, or name another folder.`,
      { cause },
    );
  }
}

function readNote(name: string) {
  const [hex, size] = name.split('.');
  return { mediaType: mediaTypes.manifest, digest: `sha256:${hex}`, size: Number(size) };
}
