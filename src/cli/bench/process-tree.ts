import { readdir, readFile } from 'node:fs/promises';
import { type ProcessStat, parseProcessStat } from './parse-process-stat.js';

/** A process and all below it, as they are now. Undefined where there is no /proc. */
export async function processTree(root: number): Promise<ProcessStat[] | undefined> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name));
  if (!pids.includes(String(root))) return undefined;
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')));
  const processes = lines.filter((line) => line !== '').map(parseProcessStat);
  return withDescendants(
    processes.filter(({ pid }) => pid === root),
    processes,
  );
}

function withDescendants(of: ProcessStat[], among: ProcessStat[]): ProcessStat[] {
  return of.flatMap((process) => [
    process,
    ...withDescendants(
      among.filter(({ parent }) => parent === process.pid),
      among,
    ),
  ]);
}
