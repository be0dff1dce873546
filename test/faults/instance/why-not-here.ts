import { execFile } from 'node:child_process';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Fault } from '../faults/fault.js';
import { countedProcesses } from './counted-processes.js';

const run = promisify(execFile);

/** Why a fault cannot be injected on this machine, one sentence; undefined where it can. */
export async function whyNotHere({ name, needs }: Fault): Promise<string | undefined> {
  if (needs === 'small-disk') {
    const folder = await mkdtemp(join(tmpdir(), 'faults-disk-'));
    try {
      await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'faults', folder]);
      await run('umount', [folder]);
    } catch {
      return `${name} needs root, who may mount a small disk.`;
    } finally {
      await rmdir(folder);
    }
  }
  if (needs === 'counted-processes') {
    const group = countedProcesses('to see whether it can be had');
    try {
      await group.make();
      await group.limit(1_000);
    } catch {
      return `${name} needs root and the pids controller of control groups, writable.`;
    } finally {
      await group.remove().catch(() => undefined);
    }
  }
  if (name === 'no-descriptors')
    return run('prlimit', ['--version']).then(
      () => undefined,
      () => `${name} needs prlimit, of util-linux.`,
    );
  return undefined;
}
