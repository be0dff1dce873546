import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { ContainerClient } from '@azure/storage-blob';
import { openBlob } from '../../azure-backend/open-blob.js';
import { TaskLine } from '../../contracts/job/task-line.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import { tasksPath } from '../job-paths.js';

/** A job's tasks, one after the other; none when nobody wrote them down (tasks pushed by another client). */
export async function* readTasks(
  jobs: ContainerClient,
  jobId: string,
  abortSignal: AbortSignal,
): AsyncGenerator<TaskLine> {
  const body = await openBlob(jobs, tasksPath(jobId), abortSignal);
  if (!body) return;
  const lines = new PassThrough();
  const piped = pipeline(body, createGunzip(), lines, { signal: abortSignal });
  // A failure reaches the reader through `lines`; here it is kept from counting as unhandled.
  piped.catch(() => undefined);
  try {
    for await (const line of createInterface({ input: lines, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line !== '') yield parseDocument(TaskLine, line, `A line of ${tasksPath(jobId)}`);
    }
    await piped;
  } finally {
    // A reader that wants no more ends the download.
    lines.destroy();
  }
}
