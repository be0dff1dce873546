import { join, resolve } from 'node:path';
import { namesIn } from '../files/names-in.js';
import { readMark } from './build/mark.js';

/** An environment that was built on this machine. */
export interface ListedEnvironment {
  id: string;
  /** For example `3.11.7`. */
  python: string;
  /** For example `uv 0.13.9`. */
  installer: string;
  built_at: string;
  /** Version by name, of all that was installed. */
  distributions: Record<string, string>;
}

/** @param venvsFolder need not exist */
export async function listEnvironments(venvsFolder: string): Promise<ListedEnvironment[]> {
  const folder = resolve(venvsFolder);
  const ids = (await namesIn(folder)).filter((name) => /^[0-9a-f]{32}$/.test(name)).sort();
  const listed = await Promise.all(ids.map((id) => listedEnvironment(join(folder, id))));
  return listed.filter((each) => each !== undefined);
}

/** @returns undefined when there is none that was built in this folder */
export async function listedEnvironment(folder: string): Promise<ListedEnvironment | undefined> {
  const mark = await readMark(folder);
  if (mark === undefined) return undefined;
  const { id, python, installer, builtAt, distributions } = mark;
  return { id, python: python.version, installer, built_at: builtAt, distributions };
}
