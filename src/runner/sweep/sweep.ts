import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProcessIdentity } from '../../contracts/result/attestation.js';
import { processIdentity } from '../identity/process-identity.js';
import { workerName } from '../identity/worker-name.js';
import { removeFolder } from '../place/remove-folder.js';
import { markedProcesses } from './marked-processes.js';
import { modifiedSince } from './modified-since.js';
import { rememberUnkillable } from './unkillable-processes.js';

/** Longer than the supervisor and its guardian take before they give up. */
const supervisorEndsWithinMs = 12_000;
const killWithinMs = 5000;
/** Nothing of a living worker is untouched for this long, unless it has nothing to do. */
const otherMachineIsDeadAfterMs = 24 * 3600 * 1000;

/**
 * Removes what dead workers left: first the processes that carry their mark, then their scratch folders. Several
 * workers may sweep at the same time.
 * @returns one sentence for each thing done or left undone
 */
export async function sweep(scratchRoot: string): Promise<string[]> {
  const workers = join(scratchRoot, 'workers');
  const said: string[] = [];
  for (const name of await readdir(workers).catch(() => [])) {
    if (await mayLive(name, join(workers, name))) continue;
    const { killed, left } = await killMarked(name);
    if (killed.length > 0)
      said.push(`Ended processes that the dead worker ${name} left: ${killed.join(', ')}.`);
    if (left.length > 0) {
      said.push(`Cannot end processes that the dead worker ${name} left: ${left.join(', ')}.`);
      await rememberUnkillable(scratchRoot, left);
    }
    await removeFolder(join(workers, name));
    said.push(`Removed the scratch folder of the dead worker ${name}.`);
  }
  return said;
}

async function mayLive(name: string, folder: string): Promise<boolean> {
  const pid = Number(name.split('-')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return true; // none of ours
  const written = await readFile(join(folder, 'worker.json'), 'utf8').then(
    (text) => ProcessIdentity.safeParse(JSON.parse(text)).data,
    () => undefined,
  );
  const me = await processIdentity(process.pid);
  // Another machine that shares the disk, or this one before it started anew: pids say nothing about either.
  if (written && me && written.boot_id !== me.boot_id) {
    return modifiedSince(folder, Date.now() - otherMachineIsDeadAfterMs);
  }
  // A worker of another container on this machine, likewise.
  if (written && me && written.pid_namespace !== me.pid_namespace) return true;
  const found = await processIdentity(pid);
  return found !== undefined && workerName(found) === name;
}

async function killMarked(name: string): Promise<{ killed: number[]; left: number[] }> {
  await supervisorEnded(name);
  const killed = new Set<number>();
  const deadline = performance.now() + killWithinMs;
  for (;;) {
    const left = await markedProcesses(name);
    if (left.length === 0 || performance.now() > deadline) {
      return { killed: [...killed].filter((pid) => !left.includes(pid)), left };
    }
    for (const pid of left) {
      try {
        process.kill(pid, 'SIGKILL');
        killed.add(pid);
      } catch (error) {
        // Gone meanwhile, or not ours to end: the next look tells which.
        if (!(error instanceof Error && 'code' in error)) throw error;
      }
    }
    await sleep(5);
  }
}

/** It has noticed that its worker is gone, and finds more than a mark does: it is left to finish. */
async function supervisorEnded(name: string): Promise<void> {
  const deadline = performance.now() + supervisorEndsWithinMs;
  while (performance.now() < deadline) {
    const commands = (await markedProcesses(name)).map((pid) =>
      readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
    );
    if (!(await Promise.all(commands)).some((command) => command.includes('supervisor.py'))) return;
    await sleep(20);
  }
}
