import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Comparison } from '../comparison/comparison.js';
import type { TaskLine } from '../contracts/job/task-line.js';
import { forEachConcurrently } from '../jobs/for-each-concurrently.js';
import type { JobStorage } from '../jobs/job-storage.js';
import type { ListedOutcome } from '../jobs/reading/listed-outcome.js';
import { readOutcome } from '../jobs/reading/read-outcomes.js';
import { withTaskRunner } from '../local-run/with-task-runner.js';
import { type HereOptions, type HereSources, reproduceHere } from '../reproduction/reproduce-here.js';
import { taskOf } from '../reproduction/task-of.js';
import { doubtAbout } from './doubt-about.js';
import { findTruth } from './find-truth.js';
import { leaksByTruth, type UnsureTask } from './leaks-by-truth.js';

export interface CheckedSample extends Comparison {
  /** Of the sample, tasks that ran in a fresh process anyway, and were not run again. */
  cold: number;
  /** Of those that differ, tasks that return the same twice in fresh processes: what the job has stored came from reuse. */
  leaked: string[];
  /** Of those that differ, tasks of which it cannot be told whether reuse did it. */
  unsure: UnsureTask[];
}

/**
 * Runs tasks of a job again, each in a fresh process of this machine, that had run in reused or forked ones, and compares what they
 * return, or how they fail. What differs, and was made alike but for the reuse, runs cold twice more, so that chance is not taken for a leak.
 *
 * @throws the signal's reason when it is aborted
 */
export async function checkSample(
  storage: Pick<JobStorage, 'jobs' | 'blobs'>,
  from: HereSources,
  tasks: TaskLine[],
  outcomes: ReadonlyMap<string, ListedOutcome>,
  options: HereOptions,
  signal: AbortSignal,
): Promise<CheckedSample> {
  const reused = new Set<TaskLine>();
  await forEachConcurrently(tasks, 16, signal, async (line) => {
    const listed = outcomes.get(line.task_id);
    const record = listed && (await readOutcome(storage.jobs, listed.blobName));
    if (record?.attestation?.executor !== 'cold') reused.add(line);
  });
  const inOrder = tasks.filter((line) => reused.has(line));
  const compared = await reproduceHere(storage, from, inOrder, outcomes, options, signal);
  const unsure: UnsureTask[] = [];
  const ids = new Set<string>();
  for (const difference of compared.different) {
    const why = doubtAbout(difference);
    if (why === undefined) ids.add(difference.task_id);
    else unsure.push({ task_id: difference.task_id, why });
  }
  const differing = inOrder.filter(({ task_id }) => ids.has(task_id));
  const judged = await sameTwice(from, differing, options, signal);
  unsure.push(...judged.unsure);
  return { ...compared, cold: tasks.length - reused.size, leaked: judged.leaked, unsure };
}

async function sameTwice(
  { settings, bundles, builtAhead }: HereSources,
  lines: TaskLine[],
  { atOnce, limits = {} }: HereOptions,
  signal: AbortSignal,
): Promise<Pick<CheckedSample, 'leaked' | 'unsure'>> {
  const found: Pick<CheckedSample, 'leaked' | 'unsure'> = { leaked: [], unsure: [] };
  for (const ref of new Set(lines.map(({ message }) => message.bundle_ref))) {
    const ofBundle = lines.filter(({ message }) => message.bundle_ref === ref);
    const tasks = ofBundle.map((line) => ({ ...taskOf(line), ...limits }));
    const bundle = await bundles.ensureLocal(ref, signal);
    const folder = await mkdtemp(join(tmpdir(), 'mops-cold-sample-'));
    try {
      const truth = await withTaskRunner(settings, bundle, { atOnce, builtAhead }, (run) =>
        findTruth(run, tasks, { folder, atOnce, onDone: () => undefined }, signal),
      );
      const judged = leaksByTruth(
        ofBundle.map(({ task_id }) => task_id),
        truth,
      );
      found.leaked.push(...judged.leaked);
      found.unsure.push(...judged.unsure);
    } finally {
      await rm(folder, { recursive: true, force: true });
      await bundle.release();
    }
  }
  return found;
}
