import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { findByName } from './find-by-name.js';
import { isPortFree } from './is-port-free.js';
import { listByName } from './list-by-name.js';
import { receiveByTime } from './receive-by-time.js';

// The entry of the Azurite process: Azurite itself, in a process that ends with the one that started it, however
// that one ended (the channel to the parent closes even when the parent is killed), and saves before what is not yet on disk.
process.once('disconnect', () => {
  const saves = process.emit('message', 'shutdown', undefined); // what Azurite listens for; false before it has started
  if (!saves) process.exit(0);
});

// It says that it saves; when nobody reads that any more, it still has to.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const at = process.argv.indexOf('--location');
const folder = at < 0 ? undefined : process.argv[at + 1];
if (folder !== undefined) await holdAlone(folder);
for (const name of ['--blobPort', '--queuePort', '--tablePort']) {
  const port = process.argv.indexOf(name) + 1;
  if (!(await isPortFree(Number(process.argv[port])))) process.argv[port] = '0';
}

const azurite = createRequire(import.meta.url).resolve('azurite/dist/src/azurite.js');
findByName(createRequire(azurite));
listByName(createRequire(azurite));
receiveByTime(createRequire(azurite));
// Azurite reads its arguments from process.argv and starts when it is loaded.
createRequire(azurite)(azurite);

/**
 * Two Azurites over one folder would each overwrite what the other has saved. This process holds the lock, not its parent:
 * it may still be saving when that one is gone.
 */
async function holdAlone(folder: string): Promise<void> {
  const holder = join(folder, 'holder');
  const [stale, update, lookAgainMs] = [10_000, 2_000, 250];
  for (;;) {
    try {
      await lock(folder, { realpath: false, lockfilePath: join(folder, 'lock'), stale, update });
      return writeFileSync(holder, String(process.ppid));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ELOCKED')) throw error;
    }
    const pid = readHolder(holder);
    if (pid !== undefined && isRunning(pid)) {
      process.send?.({ heldBy: pid });
      process.exit(1);
    }
    await sleep(lookAgainMs); // its holder ends, or was killed and the lock grows stale
  }
}

function readHolder(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined; // it holds the lock, and has not written yet
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
