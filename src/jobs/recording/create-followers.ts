import { stat } from 'node:fs/promises';
import type { ContainerClient } from '@azure/storage-blob';
import type { Followers, JobRecords, JobRun } from '../../simulation/ports.js';
import { createLookout } from '../create-lookout.js';
import { followedMs } from '../followed-ms.js';
import { followersPrefix, followingPrefix } from '../job-paths.js';
import { unlessMissing } from '../unless-missing.js';

const pauseMs = 5_000;

interface Printing {
  run: JobRun;
  taskId: string;
  attempt: string;
  path: string;
  /** Bytes. */
  stored: number;
  storing: Promise<void>;
  over: boolean;
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
  /** By blob: its version, and when it was first seen, so that no clock is compared with that of the storage. */
  let followed = new Map<string, { version: string; seenAt: number }>();
  const printing = new Set<Printing>();
  const lookout = createLookout(
    { list, told, isNeeded: () => printing.size > 0, trouble: 'Who follows a task cannot be told now' },
    everyMs,
  );

  async function list(): Promise<void> {
    const now = performance.now();
    const listed: typeof followed = new Map();
    for await (const { name, properties } of unlessMissing(
      container.listBlobsFlat({ prefix: followingPrefix }),
    )) {
      const version = properties.etag ?? '';
      const before = followed.get(name);
      listed.set(name, before?.version === version ? before : { version, seenAt: now });
    }
    followed = listed;
  }

  async function told(): Promise<void> {
    for (const each of printing) {
      const prefix = followersPrefix(each.run, each.taskId);
      const isFollowed = [...followed].some(
        ([name, { seenAt }]) => name.startsWith(prefix) && performance.now() - seenAt < followedMs,
      );
      if (!isFollowed) continue;
      each.storing = each.storing.then(() => store(each));
    }
  }

  async function store(each: Printing): Promise<void> {
    const { run, taskId, attempt, path } = each;
    if (each.over) return;
    try {
      const { size } = await stat(path);
      if (size === each.stored) return;
      await records.putLog(run, taskId, attempt, path);
      each.stored = size;
    } catch (error) {
      console.warn(`What the task ${taskId} prints cannot be shown now: ${String(error)}`);
    }
  }

  return {
    printing(run, taskId, attempt, path) {
      const each: Printing = {
        ...{ run, taskId, attempt, path },
        ...{ stored: 0, storing: Promise.resolve(), over: false },
      };
      printing.add(each);
      lookout.goOn();
      return () => {
        each.over = true;
        printing.delete(each);
        // What is on its way must not arrive after the whole log.
        return each.storing;
      };
    },
  };
}
