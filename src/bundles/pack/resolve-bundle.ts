import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BundleRef } from '../../contracts/bundle/bundle-ref.js';
import { fileSize } from '../file-size.js';
import type { PackedBundle } from '../format/packed-bundle.js';
import { compareWithTracked } from './compare-with-tracked.js';
import { packBundle } from './pack-bundle.js';

/** A bundle as a user named it: already in a store, or a folder that has to be pushed first. */
export type ResolvedBundle =
  | { kind: 'reference'; ref: string }
  | {
      kind: 'folder';
      folder: string;
      packed: PackedBundle;
      /** What a person should know of what is in it, a sentence each. */
      remarks: string[];
    };

/** What nobody would take for a reference. */
const isPath = /^(file:\/\/|local:\/\/|\.{0,2}\/)/;

/** A text that can name no bundle. */
export class NoBundleName extends Error {
  override readonly name = 'NoBundleName';
}

/**
 * Finds out what a user means by a bundle: a reference by digest, or a folder given as a path, `file://…` or
 * `local://…` (as in ModelOps, `local://dev` is the current folder).
 *
 * @throws Error when it is neither, or the folder cannot be packed.
 */
export async function resolveBundle(
  refOrPath: string,
  currentFolder = process.cwd(),
): Promise<ResolvedBundle> {
  const reference = BundleRef.safeParse(refOrPath);
  if (reference.success) return { kind: 'reference', ref: reference.data };
  const folder = resolve(currentFolder, toPath(refOrPath));
  const meantAsReference =
    !isPath.test(refOrPath) &&
    (/(^|@)sha256:/i.test(refOrPath) || (/[:@]/.test(refOrPath) && !(await exists(folder))));
  if (meantAsReference) {
    throw new NoBundleName(`Cannot use the bundle: it ${reference.error.issues[0]?.message}.`);
  }
  const packed = await packBundle(folder);
  const remark = await compareWithTracked(
    folder,
    packed.files.map(({ path }) => path),
  );
  return { kind: 'folder', folder, packed, remarks: remark === undefined ? [] : [remark] };
}

async function exists(path: string): Promise<boolean> {
  return (await fileSize(path)) !== undefined;
}

function toPath(text: string): string {
  if (text === '' || text === 'local://' || text === 'file://') {
    throw new NoBundleName(
      `Cannot use bundle "${text}": it names nothing. Give a folder, or a reference by digest.`,
    );
  }
  if (text.startsWith('file:///')) return fileURLToPath(text);
  if (text.startsWith('file://')) return text.slice('file://'.length);
  if (text === 'local://dev') return '.';
  if (text.startsWith('local://')) return text.slice('local://'.length);
  return text;
}
