import { readdir, readFile } from 'node:fs/promises';

/** Fields of /proc/<pid>/stat behind the command's name: user and system time, its own and of children that it has waited for. */
const times = [11, 12, 13, 14];

/**
 * Processor time that a process and everything it has started have taken, in clock ticks.
 *
 * @returns undefined where nobody can say: there is no such process, or no /proc
 */
export async function cpuTicks(pid: number): Promise<number | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 1)
      .trim()
      .split(' ');
    const own = times.reduce((sum, field) => sum + Number(fields[field]), 0);
    const below = await Promise.all((await childrenOf(pid)).map(cpuTicks));
    return below.reduce<number>((sum, ticks = 0) => sum + ticks, own);
  } catch {
    return undefined; // it has ended meanwhile
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
}
