import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Instance } from '../instance/start-instance.js';

/** A worker may have to start first, and its sweep waits for a supervisor that has lost the worker before. */
const withinMs = 45_000;

/** Waits until a living worker has removed what the dead ones left, which it does beside its tasks. */
export async function untilSwept(instance: Instance): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await isSwept(instance)) && performance.now() < deadline) await sleep(100);
}

async function isSwept({ scratch, isReady, processes }: Instance): Promise<boolean> {
  if (!isReady()) return false;
  const workers = (await processes()).filter(({ role }) => role === 'worker').map(({ pid }) => pid);
  const folders = join(scratch, 'w');
  const owners = await Promise.all((await readdir(folders)).map((name) => ownerOf(join(folders, name))));
  return workers.length === 1 && owners.every((pid) => pid === undefined || workers.includes(pid));
}

/** Undefined where nothing says whose it is: its worker was killed before it could, and a later one removes it after a day. */
async function ownerOf(folder: string): Promise<number | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, 'worker.json'), 'utf8')).pid;
  } catch {
    return undefined;
  }
}
