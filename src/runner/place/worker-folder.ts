import { mkdir, rm, rmdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { processIdentity } from '../identity/process-identity.js';
import { workerName } from '../identity/worker-name.js';

/** Where one worker keeps what its tasks need: `<scratch>/workers/<pid>-<start time>`. */
export interface WorkerFolder {
  name: string;
  path: string;
}

/** Creates the folder, with the identity by which `sweep` judges whether its worker still lives. */
export async function createWorkerFolder(scratchRoot: string): Promise<WorkerFolder> {
  const identity = await processIdentity(process.pid);
  if (!identity) throw new Error('Cannot create the scratch folder: this process has no identity in /proc.');
  const name = workerName(identity);
  const path = join(scratchRoot, 'workers', name);
  for (const name of ['attempts', 'processes', 'bytecode'])
    await mkdir(join(path, name), { recursive: true });
  await spreadOut(join(path, 'attempts'));
  await writeFile(join(path, 'worker.json'), JSON.stringify(identity));
  return { name, path };
}

/**
 * Lets ext4 spread the folders in it over the disk. It keeps them close to each other otherwise, and before it makes a file it
 * looks through all that were removed nearby lately: with many short tasks half of what their folders cost. Other file
 * systems do not know this, and need not.
 */
async function spreadOut(folder: string): Promise<void> {
  await execa('chattr', ['+T', folder], { reject: false, stdio: 'ignore' });
}

/** Removes the folder unless a report still needs what is in it. */
export async function leaveWorkerFolder(folder: WorkerFolder): Promise<void> {
  const at = (name: string) => join(folder.path, name);
  const steps = [
    () => rm(at('bytecode'), { recursive: true }),
    () => rmdir(at('attempts')),
    () => rmdir(at('processes')),
    () => unlink(at('worker.json')),
    () => rmdir(folder.path),
  ];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOTEMPTY' || code === 'EEXIST') return;
      if (code !== 'ENOENT') throw error;
    }
  }
}
