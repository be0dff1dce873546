import { readFile } from 'node:fs/promises';

const everyMs = 1_000;

/**
 * The most memory that processes have had, by their part. One that has ended counts with what it had when it was last looked at, a second before its end at most.
 */
export function watchMemory() {
  let processes: { part: string; pid: number }[] = [];
  let peaks: Record<string, number> = {};
  const look = async () => {
    const looked = processes.map(async ({ part, pid }) => {
      const mib = await memory(pid);
      peaks[part] = Math.max(peaks[part] ?? 0, mib.most);
      return mib.now > 0;
    });
    const alive = await Promise.all(looked);
    processes = processes.filter((_, at) => alive[at] !== false);
    peaks.host = Math.max(peaks.host ?? 0, (await memory(process.pid)).now);
  };
  setInterval(() => void look(), everyMs).unref();
  return {
    add: (part: string, pid: number) => void processes.push({ part, pid }),
    reset() {
      peaks = {};
    },
    /** MiB; nothing where there is no /proc. */
    async peaks(others: { part: string; pid: number }[]): Promise<Record<string, number>> {
      processes.push(...others);
      await look();
      return Object.fromEntries(Object.entries(peaks).filter(([, mib]) => mib > 0));
    },
  };
}

/** MiB */
async function memory(pid: number): Promise<{ now: number; most: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const of = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024;
  return { now: of('VmRSS'), most: of('VmHWM') };
}
