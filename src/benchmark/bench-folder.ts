import { rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pythonSources } from './wrap-bundle.js';

/** A temporary folder for all that a bench makes. */
export interface BenchFolder {
  path: string;
  /** A copy of the Python files of the bench: what Python keeps beside them goes with it. */
  python: string;
  remove(): Promise<void>;
}

/** Makes one in another folder, which is made too where it is missing. Its name is short: sockets in TMPDIR are to fit below it. */
export async function createBenchFolder(parent: string): Promise<BenchFolder> {
  await mkdir(parent, { recursive: true });
  const path = await realpath(await mkdtemp(join(parent, 'bench-')));
  const removeNow = () => rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', removeNow); // for an end without remove(), as at a second Ctrl-C
  const remove = async () => {
    await rm(path, { recursive: true, force: true, maxRetries: 5 });
    process.off('exit', removeNow);
  };
  const python = join(path, 'python');
  await cp(pythonSources, python, { recursive: true });
  return { path, python, remove };
}
