import { execFile } from 'node:child_process';
import { open, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { countedProcesses } from '../instance/counted-processes.js';
import type { Fault } from './fault.js';
import { pause } from './pause.js';

const run = promisify(execFile);

/** Where a worker finds what its clock is off by. */
export const clockFile = (folder: string): string => join(folder, 'clock');

/** What a machine runs out of. */
export const machineFaults: Fault[] = [
  {
    name: 'clock-jump',
    needs: 'own-clock',
    async inject({ random, instances, calm, scale }) {
      const instance = random.pick(instances);
      const seconds = random.pick([-86_400, -3_600, -30, 30, 3_600, 86_400]);
      await writeFile(clockFile(instance.folder), String(seconds * 1000));
      await pause(random.between(500, 6_000) * scale, calm);
      await rm(clockFile(instance.folder), { force: true });
      return `the clock of ${instance.name} jumped by ${seconds} s, and back`;
    },
  },
  {
    name: 'disk-full',
    needs: 'small-disk',
    async inject({ random, instances, calm, scale }) {
      const instance = random.pick(instances);
      const filler = join(instance.scratch, 'filler');
      const left = random.pick([0, 4_096, 65_536]);
      await fill(instance.scratch, filler, left);
      const ms = random.between(500, 4_000) * scale;
      await pause(ms, calm);
      await rm(filler, { force: true });
      return `the disk of ${instance.name} was full but for ${left} bytes for ${Math.round(ms)} ms`;
    },
    excuses: ({ outcome, reason }) => outcome === 'given-up' || /No space left|ENOSPC|Errno 28/.test(reason),
  },
  {
    name: 'no-descriptors',
    async inject({ random, instances, calm, scale }) {
      const instance = random.pick(instances);
      const worker = (await instance.processes()).find(({ role }) => role === 'worker');
      if (worker === undefined) return undefined;
      const spare = random.whole(0, 8);
      const taken = await readdir(`/proc/${worker.pid}/fd`).catch(() => undefined);
      if (taken === undefined) return undefined;
      const most = Math.max(...taken.map(Number)) + 1 + spare;
      const was = await limit(worker.pid, `${most}:`);
      if (!was) return undefined;
      const ms = random.between(300, 3_000) * scale;
      await pause(ms, calm);
      await limit(worker.pid, '65536:');
      return `worker ${worker.pid} had ${spare} descriptors left for ${Math.round(ms)} ms`;
    },
    excuses: ({ outcome, reason }) => outcome === 'given-up' || /EMFILE|Too many open files/.test(reason),
  },
  {
    name: 'no-processes',
    needs: 'counted-processes',
    async inject({ random, instances, calm, scale }) {
      const instance = random.pick(instances);
      const group = countedProcesses(instance.folder);
      const spare = random.whole(0, 3);
      await group.limit((await group.count()) + spare);
      const ms = random.between(300, 3_000) * scale;
      await pause(ms, calm);
      await group.limit('max');
      return `${instance.name} could start ${spare} more processes for ${Math.round(ms)} ms`;
    },
    excuses: ({ outcome, reason }) =>
      outcome === 'given-up' || /EAGAIN|Resource temporarily unavailable|can't start new thread/.test(reason),
  },
];

/** Leaves so many bytes. */
async function fill(folder: string, path: string, left: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const file = await open(path, 'w');
  try {
    const chunk = Buffer.alloc(1024 * 1024);
    for (let bytes = bavail * bsize - left; bytes > 0; bytes -= chunk.length)
      await file.write(chunk, 0, Math.min(bytes, chunk.length));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  } finally {
    await file.close();
  }
}

/** @returns false when the process has ended */
async function limit(pid: number, descriptors: string): Promise<boolean> {
  return run('prlimit', ['--pid', String(pid), `--nofile=${descriptors}`]).then(
    () => true,
    () => false,
  );
}
