import type { BundleIndex } from './bundle-index.js';
import { mediaTypes } from './media-types.js';
import type { OciManifest } from './oci-manifest.js';
import { unsafePath } from './unsafe-path.js';

/** A file of a bundle whose place is known to be inside the bundle and to be nobody else's. */
export interface CheckedFile {
  path: string;
  /** `sha256:<64 hex>` */
  digest: string;
  /** Bytes. */
  size: number;
  executable: boolean;
  /** Where it is when it is no layer: `azure://<container>/<blob>`, without a query, which could be a key. */
  external?: string;
}

/**
 * The files of a bundle, from its index; the layers must say the same.
 *
 * @param refuse makes the error from the end of a sentence
 * @throws what `refuse` makes, when a path is unsafe or taken twice, or index and layers disagree.
 */
export function checkFiles(
  manifest: OciManifest,
  index: BundleIndex,
  refuse: (what: string) => Error,
): CheckedFile[] {
  const layers = new Map<string, OciManifest['layers'][number]>();
  for (const layer of manifest.layers) {
    const path = layer.annotations?.[mediaTypes.titleAnnotation];
    if (path === undefined) throw refuse(`the layer ${layer.digest} does not say which file it is.`);
    mustBeSafe(path);
    if (layers.has(path)) throw refuse(`two of its layers are the file ${JSON.stringify(path)}.`);
    layers.set(path, layer);
  }

  const files = index.files.map(([key, { path, digest, size, storage, blobRef, executable = false }]) => {
    if (path !== key)
      throw refuse(`its list of files has ${JSON.stringify(path)} under the name ${JSON.stringify(key)}.`);
    mustBeSafe(path);
    if (storage === 'blob') {
      if (!blobRef) throw refuse(`its file ${path} is kept in Blob storage, and it does not say where.`);
      if (layers.has(path)) throw refuse(`its file ${path} is kept in Blob storage, and is a layer too.`);
      return { path, digest, size, executable, external: blobRef.uri.replace(/[?#].*$/s, '') };
    }
    const layer = layers.get(path);
    if (layer === undefined) throw refuse(`no layer is its file ${JSON.stringify(path)}.`);
    if (layer.digest !== digest || layer.size !== size) {
      throw refuse(`its list of files and its layers disagree about ${JSON.stringify(path)}.`);
    }
    layers.delete(path);
    return { path, digest, size, executable };
  });
  const [unlisted] = layers.keys();
  if (unlisted !== undefined) throw refuse(`its list of files does not have ${JSON.stringify(unlisted)}.`);
  if (files.length === 0) throw refuse('it holds no file.');

  const paths = new Set(files.map((file) => file.path));
  for (const path of paths) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (paths.has(folder)) throw refuse(`${JSON.stringify(folder)} is a file as well as a folder.`);
    }
  }
  return files;

  function mustBeSafe(path: string): void {
    const wrong = unsafePath(path);
    if (wrong !== undefined) throw refuse(`the path ${JSON.stringify(path)} ${wrong}.`);
  }
}
