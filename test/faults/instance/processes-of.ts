import { readdir, readFile } from 'node:fs/promises';

export type Role = 'host' | 'worker' | 'supervisor' | 'guardian' | 'runner' | 'other';

export interface CampaignProcess {
  pid: number;
  parent: number;
  role: Role;
  command: string;
}

/** All processes whose environment names a folder of the campaign: it is on the PATH of everything that an instance starts. */
export async function processesOf(folder: string): Promise<CampaignProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map((pid) => look(pid, folder)));
  const all = found.filter((one) => one !== undefined);
  // The guardian is the supervisor's parent, and has the same command.
  return all.map((one) => {
    if (one.role !== 'supervisor') return one;
    const isParent = all.some(({ parent, command }) => parent === one.pid && command === one.command);
    return isParent ? { ...one, role: 'guardian' as const } : one;
  });
}

async function look(pid: number, folder: string): Promise<CampaignProcess | undefined> {
  const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
  const environment = await read('environ');
  if (!environment.includes(`${folder}/`)) return undefined;
  const [commandLine, stat] = await Promise.all([read('cmdline'), read('stat')]);
  const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z' || state === undefined) return undefined;
  const command = commandLine.replaceAll('\0', ' ').trim();
  return { pid, parent: Number(parent), role: roleOf(command), command };
}

function roleOf(command: string): Role {
  if (command.includes('host-process.js')) return 'host';
  if (command.includes('worker-main.js')) return 'worker';
  if (command.includes('supervisor.py')) return 'supervisor';
  if (command.includes('runner.py')) return 'runner';
  return 'other';
}
