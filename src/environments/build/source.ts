import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the source of a distribution is that is to be built. */
export type Source = { name: string; version: string } & (
  | { folder: string }
  | { file: string; hashes: string[] }
  | { url: string; hashes: string[]; subdirectory?: string }
  | { git: string; commit: string; subdirectory?: string }
  | { indexes: string[]; hashes: string[] }
);

/** A direct reference (PEP 508): an address of a repository, of a file, or a path. */
export function referredSource(
  { name, version }: { name: string; version: string },
  reference: string,
  bundle: string,
): Source {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(reference)) return local(resolve(bundle, reference));
  const repository = reference.startsWith('git+');
  const url = new URL(repository ? reference.slice('git+'.length) : reference);
  const fragment = new URLSearchParams(url.hash.slice(1));
  const directory = fragment.get('subdirectory');
  const subdirectory = directory === null ? {} : { subdirectory: directory };
  url.hash = '';
  if (repository) {
    const [, path = url.pathname, commit = 'HEAD'] = /^(.*)@([^/@]+)$/.exec(url.pathname) ?? [];
    url.pathname = path;
    return { name, version, git: url.href, commit, ...subdirectory };
  }
  if (url.protocol === 'file:') return local(fileURLToPath(url));
  const hash = [...fragment].find(([key]) => /^(sha256|sha384|sha512)$/.test(key));
  return { name, version, url: url.href, hashes: hash ? [hash.join(':')] : [], ...subdirectory };

  function local(path: string): Source {
    return /\.(tar\.\w+|tgz|zip)$/.test(path)
      ? { name, version, file: path, hashes: [] }
      : { name, version, folder: path };
  }
}
