import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProcessIdentity } from '../../contracts/result/attestation.js';
import { workerName } from '../identity/worker-name.js';
import { removeWatched } from '../place/remove-folder.js';
import { scratchPaths } from '../place/scratch-paths.js';
import { markedProcesses } from './marked-processes.js';
import { mayLive } from './may-live.js';
import { rememberUnkillable } from './unkillable-processes.js';

/** Longer than the supervisor and its guardian take before they give up. */
const supervisorEndsWithinMs = 12_000;
const killWithinMs = 5000;

/** What came of a sweep, a sentence for each thing done or left undone. */
export interface Swept {
  /** Of processes: they are over, and no task that starts now meets one that could be ended. */
  processes: string[];
  /** Of scratch folders. No task has to wait for them: their names are drawn at random, and none is ever given again. */
  folders: Promise<string[]>;
}

/**
 * Removes what dead workers left: first the processes that carry their mark, then, while the caller goes on, their scratch
 * folders. Several workers may sweep at the same time.
 */
export async function sweep(scratchRoot: string): Promise<Swept> {
  const workers = scratchPaths.workers(scratchRoot);
  const processes: string[] = [];
  const folders: { name: string; path: string }[] = [];
  for (const entry of (await readdir(workers).catch(() => [])).filter(scratchPaths.isWorker)) {
    const path = join(workers, entry);
    const identity = await writtenIdentity(path);
    if (await mayLive(identity, path)) continue;
    const name = identity ? workerName(identity) : entry;
    const { killed, left } = await killMarked(name);
    if (killed.length > 0)
      processes.push(`Ended processes that the dead worker ${name} left: ${killed.join(', ')}.`);
    if (left.length > 0) {
      processes.push(`Cannot end processes that the dead worker ${name} left: ${left.join(', ')}.`);
      await rememberUnkillable(scratchRoot, left);
    }
    folders.push({ name, path });
  }
  return { processes, folders: Promise.all(folders.map(removed)) };
}

async function removed({ name, path }: { name: string; path: string }): Promise<string> {
  try {
    await removeWatched(path);
    return `Removed the scratch folder of the dead worker ${name}.`;
  } catch (error) {
    return `Cannot remove the scratch folder of the dead worker ${name}; the next worker tries again: ${error}`;
  }
}

/** Undefined where nothing says whose folder it is: its worker is about to. */
async function writtenIdentity(folder: string): Promise<ProcessIdentity | undefined> {
  try {
    return ProcessIdentity.parse(JSON.parse(await readFile(join(folder, 'worker.json'), 'utf8')));
  } catch {
    return undefined;
  }
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
