import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signalProcess } from '../faults/signal-process.js';

const mostLooks = 100;

const root = ['/sys/fs/cgroup/pids', '/sys/fs/cgroup'].find(
  (path) => existsSync(join(path, 'pids.max')) || path.endsWith('/pids'),
);

/** A control group of one instance, in which the kernel counts its processes and threads: only these can meet its limit. */
export function countedProcesses(folder: string) {
  const path = join(
    root ?? '/sys/fs/cgroup',
    `faults-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`,
  );
  return {
    make: () => mkdir(path),
    add: (pid: number) => writeFile(join(path, 'cgroup.procs'), String(pid)),
    count: async () => Number(await readFile(join(path, 'pids.current'), 'utf8')),
    limit: (most: number | 'max') => writeFile(join(path, 'pids.max'), String(most)),
    /** Those that are left in it end, which are of Node: one that is started without the threads that it needs waits for them for ever. */
    async remove() {
      for (let at = 0; existsSync(path) && at < mostLooks; at += 1) {
        const left = (await readFile(join(path, 'cgroup.procs'), 'utf8')).split('\n').filter(Boolean);
        for (const pid of left) signalProcess(Number(pid), 'SIGKILL');
        await rmdir(path).catch(() => sleep(50));
      }
    },
  };
}
