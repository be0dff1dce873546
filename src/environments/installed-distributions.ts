import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { normalisedName } from '../contracts/bundle/normalised-name.js';

const metadata = /(?:-py\d[\d.]*)?\.(?:dist|egg)-info$/i;

/**
 * Names what is installed: the digest of name and version of each distribution, as the folders of their metadata are named.
 * Read again only when something has been installed or removed, so that it costs a look at each folder's time.
 *
 * @param path folders in which Python looks for modules
 * @returns `sha256:<64 hex>`
 */
export function installedDistributions(path: string[]): () => Promise<string> {
  let known: { times: string; digest: Promise<string> } | undefined;
  return async () => {
    const times = path.map(timeOf).join();
    if (known?.times !== times) known = { times, digest: digestOf(path) };
    return known.digest;
  };
}

async function digestOf(path: string[]): Promise<string> {
  const names = await Promise.all(path.map((folder) => readdir(folder).catch(nothing)));
  const distributions = names
    .flat()
    .filter((name) => metadata.test(name))
    .map((name) => normalisedName(name.replace(metadata, '')));
  const text = [...new Set(distributions)].sort().join('\n');
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Synchronous: on the way of each task, microseconds in place of a turn of the thread pool. */
function timeOf(folder: string): string {
  try {
    return String(statSync(folder, { bigint: true }).mtimeNs);
  } catch {
    return 'none';
  }
}

/** No folder, or one that Python cannot read either. */
function nothing(): string[] {
  return [];
}
