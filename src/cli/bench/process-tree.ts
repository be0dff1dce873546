import { readdirSync, readFileSync } from 'node:fs';
import { type ProcessStat, parseProcessStat } from './parse-process-stat.js';

/**
 * A process and all below it, as they are now. Undefined where there is no /proc. Synchronous, so that the processor time
 * that a look takes can be told from that of other work.
 */
export function processTree(root: number): ProcessStat[] | undefined {
  const pids = namesIn('/proc').filter((name) => /^\d+$/.test(name));
  if (!pids.includes(String(root))) return undefined;
  const lines = pids.flatMap((pid) => readIfThere(`/proc/${pid}/stat`) ?? []);
  const processes = lines.map(parseProcessStat);
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

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // no /proc
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined; // it has ended meanwhile
  }
}
