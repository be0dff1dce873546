import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';

/** Bytes of memory that the container has, or the machine when it is not limited. */
export async function containerMemory(): Promise<number> {
  const groups = await readFile('/proc/self/cgroup', 'utf8').catch(() => '');
  const limits = await Promise.all(groups.split('\n').flatMap(limitFiles).map(readLimit));
  return Math.min(totalmem(), ...limits);
}

/** Files that limit a group or one of its ancestors, for a line of /proc/self/cgroup. */
function limitFiles(line: string): string[] {
  const [, controllers, group] = line.split(/:(.*?):(.*)/);
  if (group === undefined || controllers === undefined) return [];
  const isV2 = controllers === '';
  if (!isV2 && !controllers.split(',').includes('memory')) return [];
  const [mount, file] = isV2
    ? ['/sys/fs/cgroup', 'memory.max']
    : ['/sys/fs/cgroup/memory', 'memory.limit_in_bytes'];
  return ancestors(group).map((ancestor) => join(mount, ancestor, file));
}

/** `/a/b` → `/a/b`, `/a`, `/`. Inside a container the group's own path may be the host's; its files are then at `/`. */
function ancestors(group: string): string[] {
  return group === '/' || group === '.' ? ['/'] : [group, ...ancestors(dirname(group))];
}

async function readLimit(path: string): Promise<number> {
  const text = await readFile(path, 'utf8').catch(() => 'max');
  const limit = Number(text.trim());
  return Number.isFinite(limit) && limit > 0 ? limit : Infinity;
}
