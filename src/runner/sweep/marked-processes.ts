import { readdir, readFile } from 'node:fs/promises';
import { workerMark } from '../identity/worker-mark.js';

/** Living processes whose environment carries the worker's mark. Only where there is /proc. */
export async function markedProcesses(workerName: string): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((entry) => /^\d+$/.test(entry));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environ = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      return environ.split('\0').includes(`${workerMark}=${workerName}`) ? Number(pid) : undefined;
    }),
  );
  return found.filter((pid) => pid !== undefined);
}
