import type { ContainerClient } from '@azure/storage-blob';
import { eventsPrefix, runsPrefix } from '../job-paths.js';
import type { RunScope } from '../run-scope.js';
import { unlessMissing } from '../unless-missing.js';

export interface ListedEvents {
  /** Attempts that ended with their worker; their messages went back to the queue. */
  interruptions: number;
  /** Tasks of which an attempt has begun to wait for an environment, and did not say that it has it. */
  waiting: Set<string>;
}

/** What is known of attempts that have no outcome: one listing for all of them in a run. */
export async function listEvents(
  jobs: ContainerClient,
  { jobId, run, runs }: RunScope,
  abortSignal: AbortSignal,
): Promise<ListedEvents> {
  const chosen = run === undefined ? runs : [run];
  const prefixes = chosen?.map((one) => eventsPrefix({ jobId, run: one })) ?? [runsPrefix(jobId)];
  let interruptions = 0;
  const waiting = new Map<string, string>();
  for (const prefix of prefixes)
    for await (const { name } of unlessMissing(jobs.listBlobsFlat({ prefix, abortSignal }))) {
      const [, task = '', attempt = '', event] = /\/events\/([^/]+)\/([^/]+)\.(\w+)\.json$/.exec(name) ?? [];
      if (event === 'interrupted') interruptions += 1;
      // Listed by name: of one attempt, what it waits for comes before what ended the waiting.
      if (event === 'building') waiting.set(attempt, task);
      else waiting.delete(attempt);
    }
  return { interruptions, waiting: new Set(waiting.values()) };
}
