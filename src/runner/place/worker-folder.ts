import { mkdir, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { letPass } from '../../files/let-pass.js';
import { processIdentity } from '../identity/process-identity.js';
import { workerName } from '../identity/worker-name.js';
import { scratchPaths } from './scratch-paths.js';

/** Where one worker keeps what its tasks need. */
export interface WorkerFolder {
  /** Of the worker. */
  name: string;
  path: string;
}

const [identityFile, bytecode] = ['worker.json', 'bytecode'];

/** Creates the folder, with the identity by which `sweep` judges whether its worker still lives. */
export async function createWorkerFolder(scratchRoot: string): Promise<WorkerFolder> {
  const identity = await processIdentity(process.pid);
  if (!identity) throw new Error('Cannot create the scratch folder: this process has no identity in /proc.');
  await mkdir(scratchPaths.workers(scratchRoot), { recursive: true });
  const path = await scratchPaths.makeWorker(scratchRoot);
  await letPass([scratchRoot, scratchPaths.workers(scratchRoot), path]);
  try {
    await writeFile(join(path, identityFile), JSON.stringify(identity));
    await mkdir(join(path, bytecode));
  } catch (error) {
    await rm(path, { recursive: true, force: true });
    throw error;
  }
  return { name: workerName(identity), path };
}

/** Removes the folder unless a report still needs what is in it. */
export async function leaveWorkerFolder({ path }: WorkerFolder): Promise<void> {
  try {
    await rm(join(path, bytecode), { recursive: true, force: true });
    const left = await readdir(path);
    if (left.some((name) => name !== identityFile)) return;
    await rm(join(path, identityFile), { force: true });
    await rmdir(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ENOENT') throw error;
  }
}
