/** What /proc/<pid>/stat says of a process. */
export interface ProcessStat {
  pid: number;
  parent: number;
  running: boolean;
  /** Of itself. */
  ownCpuSeconds: number;
  /** Of children that it has waited for, and theirs. */
  waitedCpuSeconds: number;
}

/** USER_HZ, 100 on every architecture that Node runs on. */
const ticksPerSecond = 100;

/** Reads a line of /proc/<pid>/stat; the name in it may hold spaces and parentheses. */
export function parseProcessStat(line: string): ProcessStat {
  const [, pid = '', rest = ''] = /^(\d+) \([\s\S]*\) (.*)/.exec(line) ?? [];
  const fields = rest.split(' '); // from the third on
  const [user = 0, system = 0, waitedUser = 0, waitedSystem = 0] = fields.slice(11, 15).map(Number);
  return {
    pid: Number(pid),
    parent: Number(fields[1]),
    running: fields[0] === 'R' || fields[0] === 'D',
    ownCpuSeconds: (user + system) / ticksPerSecond,
    waitedCpuSeconds: (waitedUser + waitedSystem) / ticksPerSecond,
  };
}
