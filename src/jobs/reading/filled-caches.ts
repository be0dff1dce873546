import type { ContainerClient } from '@azure/storage-blob';
import { warmUpLine } from '../../contracts/bundle/warm-up-line.js';
import type { FilledCache } from '../../contracts/result/filled-cache.js';
import type { RunScope } from '../run-scope.js';
import { listOutcomes } from './list-outcomes.js';
import { readOutcome } from './read-outcomes.js';

/** Caches of libraries that the tasks of a run filled, each anew. */
export interface FilledCaches {
  /** How many tasks did. */
  tasks: number;
  /** How many tasks by the name of the cache. */
  caches: Record<string, number>;
  /** One of the tasks; absent when there is none. */
  example?: {
    task_id: string;
    caches: FilledCache[];
    /** Whether the bundle has a warm-up, which left them as they are. */
    warmed_up: boolean;
    /** What to add to the bundle's metadata, as TOML. */
    add: string;
  };
}

/** Finds them by listing the run's outcomes, a request for 5,000 of them, and reads one record. */
export async function filledCaches(
  jobs: ContainerClient,
  scope: RunScope,
  signal: AbortSignal,
): Promise<FilledCaches> {
  const caches = new Map<string, number>();
  let tasks = 0;
  let example: { name: string; caches: number } | undefined;
  for await (const { blobName, filledCaches: names } of listOutcomes(jobs, scope, signal)) {
    if (names.length === 0) continue;
    tasks += 1;
    for (const name of names) caches.set(name, (caches.get(name) ?? 0) + 1);
    if (example === undefined || names.length > example.caches) {
      example = { name: blobName, caches: names.length };
    }
  }
  const found = { tasks, caches: Object.fromEntries(caches) };
  if (example === undefined) return found;
  const record = await readOutcome(jobs, example.name);
  return {
    ...found,
    example: {
      task_id: record.task_id,
      caches: record.filled_caches ?? [],
      warmed_up: record.attestation?.warm_up !== undefined,
      add: warmUpLine(record),
    },
  };
}
