import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerClient } from '@azure/storage-blob';
import type { Followers, JobRecords, JobRun } from '../../simulation/ports.js';
import { createLookout } from '../create-lookout.js';
import { followedMs } from '../followed-ms.js';
import { followersPrefix, followingPrefix } from '../job-paths.js';
import { unlessMissing } from '../unless-missing.js';

const pauseMs = 5_000;

/** Whoever has not said so again for this long was killed, and left his blob. */
const killedMs = 10 * 60_000;

/** How long the end of a task waits for an upload, and as long again for one that is told to end. */
const lastUploadMs = 1_000;

interface Printing {
  run: JobRun;
  taskId: string;
  attempt: string;
  path: string;
  /** Bytes. */
  stored: number;
  /** The upload that is on its way. */
  storing: Promise<void> | undefined;
  over: AbortController;
}

/**
 * Who follows what tasks print, as one worker knows it: one listing every five seconds while tasks run, whatever their number. Of a task that is followed, its log so far is stored
 * where all of it will be, as often, and only when there is more of it.
 */
export function createFollowers(
  container: ContainerClient,
  records: Pick<JobRecords, 'putLog'>,
  everyMs = pauseMs,
): Followers {
  let followed: string[] = [];
  const printing = new Set<Printing>();
  const lookout = createLookout(
    { list, told, isNeeded: () => printing.size > 0, trouble: 'Who follows a task cannot be told now' },
    everyMs,
  );

  async function list(): Promise<void> {
    const listed: string[] = [];
    const pages = container.listBlobsFlat({ prefix: followingPrefix }).byPage();
    for await (const { date, segment } of unlessMissing(pages))
      for (const { name, properties } of segment.blobItems) {
        // Both are the storage's: no clock is compared with it.
        const ageMs = date ? date.getTime() - properties.lastModified.getTime() : 0;
        if (ageMs < followedMs) listed.push(name);
        else if (ageMs > killedMs) await remove(name, properties.etag);
      }
    followed = listed;
  }

  async function remove(name: string, version: string): Promise<void> {
    try {
      await container.getBlobClient(name).deleteIfExists({ conditions: { ifMatch: version } });
    } catch (error) {
      if (error instanceof Error && 'statusCode' in error && error.statusCode === 412) return; // written again
      console.warn(`Cannot remove ${name}, which nobody has written again for ten minutes: ${String(error)}`);
    }
  }

  async function told(): Promise<void> {
    for (const each of printing) {
      const prefix = followersPrefix(each.run, each.taskId);
      if (each.storing || !followed.some((name) => name.startsWith(prefix))) continue;
      each.storing = store(each).finally(() => {
        each.storing = undefined;
      });
    }
  }

  async function store(each: Printing): Promise<void> {
    const { run, taskId, attempt, path, over } = each;
    try {
      const { size } = await stat(path);
      if (size === each.stored || over.signal.aborted) return;
      await records.putLog(run, taskId, attempt, path, over.signal);
      each.stored = size;
    } catch (error) {
      if (printing.has(each))
        console.warn(`What the task ${taskId} prints cannot be shown now: ${String(error)}`);
    }
  }

  return {
    printing(run, taskId, attempt, path) {
      const each: Printing = {
        ...{ run, taskId, attempt, path },
        ...{ stored: 0, storing: undefined, over: new AbortController() },
      };
      printing.add(each);
      lookout.goOn();
      return async () => {
        printing.delete(each);
        // What is on its way must not arrive after the whole log, and must not hold the task.
        await atMost(lastUploadMs, each.storing);
        each.over.abort();
        await atMost(lastUploadMs, each.storing);
      };
    },
  };
}

async function atMost(ms: number, work: Promise<void> | undefined): Promise<void> {
  // As for nearly every task: a clock that is stopped again costs more than all else here.
  if (work === undefined) return;
  const stop = new AbortController();
  const late = sleep(ms, undefined, { signal: stop.signal }).catch(() => undefined);
  await Promise.race([work, late]);
  stop.abort();
}
