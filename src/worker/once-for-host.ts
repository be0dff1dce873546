import { readFile, writeFile } from 'node:fs/promises';
import { processIdentity } from '../runner/identity/process-identity.js';

/**
 * Does work that is for the first worker of a host alone, not for those by which it is replaced.
 *
 * @param file says for which host that was done; need not exist
 * @param work whether it is done
 */
export async function onceForHost(file: string, work: () => Promise<boolean>): Promise<void> {
  const identity = await processIdentity(process.ppid);
  const host = identity && JSON.stringify(identity);
  const done = await readFile(file, 'utf8').catch(() => undefined);
  if (host !== undefined && done === host) return;
  // Where it cannot be written the next worker does it again; there is more that needs this folder, and says so.
  if ((await work()) && host !== undefined) await writeFile(file, host).catch(() => undefined);
}
