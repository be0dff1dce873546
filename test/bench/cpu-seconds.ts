import { readFile } from 'node:fs/promises';

/** Linux counts for programs in hundredths of a second, whatever its own clock is. */
const ticksPerSecond = 100;

/** Processor time of a process, without what it has started, in seconds; undefined where there is no /proc. */
export async function cpuSeconds(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // Behind the command's name, which may hold anything.
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) / ticksPerSecond;
}
