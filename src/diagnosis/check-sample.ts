import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Comparison, TaskDifference } from '../comparison/comparison.js';
import type { TaskLine } from '../contracts/job/task-line.js';
import { forEachConcurrently } from '../jobs/for-each-concurrently.js';
import type { JobStorage } from '../jobs/job-storage.js';
import type { ListedOutcome } from '../jobs/reading/listed-outcome.js';
import { readOutcome } from '../jobs/reading/read-outcomes.js';
import { withTaskRunner } from '../local-run/with-task-runner.js';
import { reproduceHere } from '../reproduction/reproduce-here.js';
import { taskOf } from '../reproduction/task-of.js';
import { findTruth } from './find-truth.js';

export interface CheckedSample extends Comparison {
  /** Of the sample, tasks that ran in a fresh process anyway, and were not run again. */
  cold: number;
  /** Of those that differ, tasks that return the same twice in fresh processes: what the job has stored came from reuse. */
  leaked: string[];
}

/**
 * Runs tasks of a job again, each in a fresh process of this machine, that had run in reused or forked ones, and compares. What differs
 * runs cold twice more, so that chance is not taken for a leak.
 *
 * @throws the signal's reason when it is aborted
 */
export async function checkSample(
  storage: Pick<JobStorage, 'jobs' | 'blobs'>,
  from: Parameters<typeof reproduceHere>[1],
  tasks: TaskLine[],
  outcomes: ReadonlyMap<string, ListedOutcome>,
  options: Parameters<typeof reproduceHere>[4],
  signal: AbortSignal,
): Promise<CheckedSample> {
  const reused: TaskLine[] = [];
  await forEachConcurrently(tasks, 16, signal, async (line) => {
    const listed = outcomes.get(line.task_id);
    const record = listed && (await readOutcome(storage.jobs, listed.blobName));
    if (record?.attestation?.executor !== 'cold') reused.push(line);
  });
  const inOrder = tasks.filter((line) => reused.includes(line));
  const compared = await reproduceHere(storage, from, inOrder, outcomes, options, signal);
  const ids = new Set(compared.different.map(({ task_id }) => task_id));
  const differing = inOrder.filter(({ task_id }) => ids.has(task_id));
  const leaked = await sameTwice(from, differing, options, signal);
  return { ...compared, cold: tasks.length - reused.length, leaked };
}

async function sameTwice(
  { settings, bundles, builtAhead }: Parameters<typeof reproduceHere>[1],
  lines: TaskLine[],
  { atOnce, limits = {} }: Parameters<typeof reproduceHere>[4],
  signal: AbortSignal,
): Promise<TaskDifference['task_id'][]> {
  const leaked: string[] = [];
  for (const ref of new Set(lines.map(({ message }) => message.bundle_ref))) {
    const ofBundle = lines.filter(({ message }) => message.bundle_ref === ref);
    const tasks = ofBundle.map((line) => ({ ...taskOf(line), ...limits }));
    const bundle = await bundles.ensureLocal(ref, signal);
    const folder = await mkdtemp(join(tmpdir(), 'mops-cold-sample-'));
    try {
      const truth = await withTaskRunner(settings, bundle, { atOnce, builtAhead }, (run) =>
        findTruth(run, tasks, { folder, atOnce, onDone: () => undefined }, signal),
      );
      const not = new Set(truth.notReproducible.map(({ task }) => task));
      leaked.push(...ofBundle.filter((_, index) => !not.has(index)).map(({ task_id }) => task_id));
    } finally {
      await rm(folder, { recursive: true, force: true });
      await bundle.release();
    }
  }
  return leaked;
}
