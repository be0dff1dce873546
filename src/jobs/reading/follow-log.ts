import { randomBytes } from 'node:crypto';
import type { ContainerClient } from '@azure/storage-blob';
import { putBlob } from '../../azure-backend/put-blob.js';
import { readBlob } from '../../azure-backend/read-blob.js';
import type { JobRun } from '../../simulation/ports.js';
import { followedMs } from '../followed-ms.js';
import { followersPrefix, logsPrefix } from '../job-paths.js';
import { unlessMissing } from '../unless-missing.js';

/** What was read of a log. */
export interface ReadLog {
  attempt: string;
  bytes: number;
}

/** Follows what a task prints while it runs. */
export interface FollowedLog {
  /** Whole lines that are new. `isAnew`: they are of another attempt than those before. */
  more(signal: AbortSignal): Promise<{ text: string; isAnew: boolean }>;
  readonly read: ReadLog | undefined;
  /** Whether the app is asked to show it; false to those who may only read. */
  readonly isAsked: boolean;
  /** Nobody follows any more. */
  end(): Promise<void>;
}

/**
 * Asks the app to store what a task has printed so far, every five seconds, and reads what is new: a blob says that somebody follows, and is written again while somebody does. A worker
 * shows the first 512 KiB of a log; the rest comes with its end.
 */
export function followLog(jobs: ContainerClient, run: JobRun, taskId: string): FollowedLog {
  const path = followersPrefix(run, taskId) + randomBytes(8).toString('hex');
  let [askedAt, isAsked] = [Number.NEGATIVE_INFINITY, true];
  /** Also one that was sent and given up may arrive. */
  let isSent = false;
  let read: ReadLog | undefined;

  async function ask(abortSignal: AbortSignal): Promise<void> {
    if (!isAsked || performance.now() - askedAt < followedMs / 3) return;
    try {
      isSent = true;
      await putBlob(jobs, path, Buffer.alloc(0), { contentType: 'text/plain' }, { abortSignal });
      askedAt = performance.now();
    } catch (error) {
      if (!(error instanceof Error && 'statusCode' in error && error.statusCode === 403)) throw error;
      isAsked = false;
      isSent = askedAt > 0;
    }
  }

  return {
    async more(signal) {
      await ask(signal);
      const newest = await newestLog(jobs, logsPrefix(run, taskId), signal);
      const before = read?.attempt === newest?.attempt ? (read?.bytes ?? 0) : 0;
      if (newest === undefined || newest.bytes <= before) return { text: '', isAnew: false };
      const content = await readBlob(jobs, newest.name);
      const fresh = content?.subarray(before) ?? Buffer.alloc(0);
      const lines = fresh.subarray(0, fresh.lastIndexOf('\n') + 1);
      if (lines.length === 0) return { text: '', isAnew: false };
      const isAnew = read !== undefined && read.attempt !== newest.attempt;
      read = { attempt: newest.attempt, bytes: before + lines.length };
      return { text: lines.toString('utf8'), isAnew };
    },
    get read() {
      return read;
    },
    get isAsked() {
      return isAsked;
    },
    async end() {
      if (isSent) await jobs.getBlobClient(path).deleteIfExists();
    },
  };
}

/** Attempts sort by the time when they began. */
async function newestLog(jobs: ContainerClient, prefix: string, abortSignal: AbortSignal) {
  let newest: { name: string; attempt: string; bytes: number } | undefined;
  for await (const { name, properties } of unlessMissing(jobs.listBlobsFlat({ prefix, abortSignal })))
    newest = {
      name,
      attempt: name.slice(prefix.length, -'.log'.length),
      bytes: properties.contentLength ?? 0,
    };
  return newest;
}
