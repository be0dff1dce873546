import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileTrouble } from '../../files/file-trouble.js';
import { allAtOnce } from '../all-at-once.js';
import { encodeBundle } from '../format/encode-bundle.js';
import type { PackedBundle } from '../format/packed-bundle.js';
import { hashFile } from './hash-file.js';
import { listBundleFiles } from './list-bundle-files.js';

/**
 * Turns a folder into a bundle, without storing it anywhere.
 *
 * The digest depends on paths, contents and executable bits alone.
 *
 * @throws Error when the folder does not exist, holds nothing, or holds what cannot be in a bundle.
 */
export async function packBundle(folder: string): Promise<PackedBundle> {
  const root = resolve(folder);
  await mustBeFolder(root);
  const listed = await listBundleFiles(root);
  if (listed.length === 0) {
    throw new Error(
      `Cannot pack ${root}: it holds no file that belongs into a bundle. Name the folder with wire.py.`,
    );
  }
  return encodeBundle(
    await allAtOnce(listed, { limit: 8 }, async (file) => ({ ...file, ...(await hashFile(file.source)) })),
  );
}

async function mustBeFolder(path: string): Promise<void> {
  const facts = await stat(path).catch((cause) => {
    const { is, code } = fileTrouble(cause) ?? { is: 'it cannot be read', code: String(cause) };
    throw new Error(`Cannot pack ${path}: ${is} (${code}). Name the folder of the bundle.`, { cause });
  });
  if (!facts.isDirectory())
    throw new Error(`Cannot pack ${path}: it is not a folder. Name the folder of the bundle.`);
}
