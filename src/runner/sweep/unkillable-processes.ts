import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processIdentity } from '../identity/process-identity.js';

/**
 * Remembers processes that could not be killed, beyond the worker that tried: replacing the worker does not help
 * against them, only replacing the instance does.
 */
export async function rememberUnkillable(scratchRoot: string, pids: number[]): Promise<void> {
  const identities = await Promise.all(pids.map(processIdentity));
  const lines = identities.flatMap((identity) =>
    identity ? [`${identity.pid} ${identity.start_time}\n`] : [],
  );
  await appendFile(list(scratchRoot), lines.join(''));
}

/** Those of them that are still there. */
export async function unkillableProcesses(scratchRoot: string): Promise<number[]> {
  const lines = (await readFile(list(scratchRoot), 'utf8').catch(absentIsEmpty)).trim().split('\n');
  const still = await Promise.all(
    lines.map(async (line) => {
      const [pid, ...startTime] = line.split(' ');
      const identity = await processIdentity(Number(pid));
      return identity?.start_time === startTime.join(' ') ? [identity.pid] : [];
    }),
  );
  return still.flat();
}

const list = (scratchRoot: string): string => join(scratchRoot, 'unkillable');

function absentIsEmpty(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '';
  throw error;
}
