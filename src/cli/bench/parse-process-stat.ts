/** What /proc/<pid>/stat says of a process. */
export interface ProcessStat {
  pid: number;
  parent: number;
  running: boolean;
  /** Of itself, and of children that it has waited for. */
  cpuSeconds: number;
}

/** USER_HZ, 100 on every architecture that Node runs on. */
const ticksPerSecond = 100;

/** Reads a line of /proc/<pid>/stat; the name in it may hold spaces and parentheses. */
export function parseProcessStat(line: string): ProcessStat {
  const [, pid = '', rest = ''] = /^(\d+) \([\s\S]*\) (.*)/.exec(line) ?? [];
  const fields = rest.split(' '); // from the third on
  const ticks = fields.slice(11, 15).map(Number); // utime, stime, cutime, cstime
  return {
    pid: Number(pid),
    parent: Number(fields[1]),
    running: fields[0] === 'R' || fields[0] === 'D',
    cpuSeconds: ticks.reduce((sum, each) => sum + each, 0) / ticksPerSecond,
  };
}
