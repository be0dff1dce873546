import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { ProcessIdentity } from '../../contracts/result/attestation.js';

/** What tells a process of this machine from every other one; undefined when there is no such process. */
export async function processIdentity(pid: number): Promise<ProcessIdentity | undefined> {
  return process.platform === 'linux' ? onLinux(pid) : elsewhere(pid);
}

async function onLinux(pid: number): Promise<ProcessIdentity | undefined> {
  try {
    const [stat, namespace, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readlink(`/proc/${pid}/ns/pid`).catch(() => readlink('/proc/self/ns/pid')),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => 'unknown'),
    ]);
    // The command's name, in parentheses, may hold anything: fields are counted from behind it.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 1)
      .trim()
      .split(' ');
    const [state, startTime] = [fields[0], fields[19]];
    if (state === 'Z' || state === 'X' || startTime === undefined) return undefined;
    return {
      pid,
      start_time: startTime,
      boot_id: boot.trim(),
      pid_namespace: namespace.replace(/\D/g, ''),
    };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw new Error(`Cannot read the identity of process ${pid}: /proc must be readable.`, { cause: error });
  }
}

async function elsewhere(pid: number): Promise<ProcessIdentity | undefined> {
  const asked = promisify(execFile);
  const env = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' };
  const started = await asked('ps', ['-o', 'lstart=', '-p', String(pid)], { env }).catch(() => undefined);
  if (!started) return undefined;
  const boot = await asked('sysctl', ['-n', 'kern.boottime'], { env });
  const oneLine = (text: string) => text.trim().split(/\s+/).join(' ');
  return { pid, start_time: oneLine(started.stdout), boot_id: oneLine(boot.stdout), pid_namespace: '' };
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH');
}
