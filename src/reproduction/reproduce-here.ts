import { compareTask, sameOutputs } from '../comparison/compare-task.js';
import type { Comparison, TaskDifference } from '../comparison/comparison.js';
import { storedSide } from '../comparison/stored-side.js';
import type { TaskSide } from '../comparison/task-side.js';
import type { Settings } from '../config/settings.js';
import type { TaskLimits } from '../contracts/bundle/task-limits.js';
import type { TaskLine } from '../contracts/job/task-line.js';
import { forEachConcurrently } from '../jobs/for-each-concurrently.js';
import type { JobStorage } from '../jobs/job-storage.js';
import type { ListedOutcome } from '../jobs/reading/listed-outcome.js';
import { readOutcome } from '../jobs/reading/read-outcomes.js';
import type { RunTask } from '../local-run/task-place.js';
import { type TaskRunnerOptions, withTaskRunner } from '../local-run/with-task-runner.js';
import type { Bundles, RunReport } from '../simulation/ports.js';
import { type End, endedOtherwise, sameFailure } from './ended-otherwise.js';
import { taskOf } from './task-of.js';

/** What of this machine it takes. */
export interface HereSources extends Pick<TaskRunnerOptions, 'builtAhead'> {
  settings: Settings;
  bundles: Bundles;
}

export interface HereOptions {
  atOnce: number;
  /** How many of the tasks that differ are looked into. */
  look: number;
  /** In place of the tasks' own. */
  limits?: TaskLimits;
  /** Is told how many of how many tasks have run again, and how many of those differ. */
  onProgress?: (done: number, total: number, different: number) => void;
}

/**
 * Runs tasks again on this machine, each in a fresh process, and compares what they return with their stored results; of those that
 * failed, how they ended: the outcome, and the type of the error. Their bundles come from the store.
 *
 * @param outcomes how they ended, by their ids
 * @throws the signal's reason when it is aborted; nothing runs then any more
 */
export async function reproduceHere(
  storage: Pick<JobStorage, 'jobs' | 'blobs'>,
  { settings, bundles, builtAhead }: HereSources,
  tasks: TaskLine[],
  outcomes: ReadonlyMap<string, ListedOutcome>,
  { atOnce, look, limits = {}, onProgress = () => undefined }: HereOptions,
  signal: AbortSignal,
): Promise<Comparison> {
  const different = new Map<string, TaskDifference>();
  const uncompared = new Map<string, string>();
  let [same, failedAlike, done] = [0, 0, 0];

  const again = async (run: RunTask, line: TaskLine): Promise<void> => {
    const first = await storedOf(storage, outcomes.get(line.task_id), signal).catch((error: unknown) => {
      if (signal.aborted) throw error;
      uncompared.set(line.task_id, error instanceof Error ? error.message : String(error));
      return undefined;
    });
    if (first === undefined) return;
    const task = { ...taskOf(line), ...limits };
    const report = await run(task, signal);
    try {
      const second = ranHere(report, task.bundle_ref);
      const both = first.side && second.side ? ([first.side, second.side] as const) : undefined;
      if (both ? sameOutputs(...both) : first.failed && second.failed && sameFailure(first, second)) {
        same += 1;
        if (!both) failedAlike += 1;
        return;
      }
      const found = both
        ? await compareTask(...both, different.size < look, signal)
        : endedOtherwise(first, second);
      const { entrypoint, params, seed } = task;
      const named = {
        task_id: line.task_id,
        second_task_id: line.task_id,
        entrypoint,
        params: params.values,
        seed,
      };
      different.set(line.task_id, { ...named, ...found });
    } finally {
      await report.dispose();
    }
  };

  for (const [ref, ofBundle] of byBundle(tasks)) {
    const bundle = await bundles.ensureLocal(ref, signal);
    await withTaskRunner(settings, bundle, { atOnce, builtAhead }, (run) =>
      forEachConcurrently(ofBundle, atOnce, signal, async (line) => {
        await again(run, line);
        done += 1;
        onProgress(done, tasks.length, different.size);
      }),
    ).finally(bundle.release);
  }
  return {
    ...{ compared: same + different.size, same, failed_alike: failedAlike, one_result: 0 },
    different: tasks.flatMap(({ task_id }) => different.get(task_id) ?? []),
    uncompared: tasks.flatMap(({ task_id }) => {
      const why = uncompared.get(task_id);
      return why === undefined ? [] : [{ task_id, why }];
    }),
  };
}

/** How one of the two runs ended, and what it returned where it succeeded. */
interface Ran extends End {
  side?: TaskSide;
}

async function storedOf(
  { jobs, blobs }: Pick<JobStorage, 'jobs' | 'blobs'>,
  listed: ListedOutcome | undefined,
  signal: AbortSignal,
): Promise<Ran> {
  if (listed === undefined) throw new Error('It has no outcome.');
  const { outcome, reason, error, result, bundle_ref, attestation } = await readOutcome(
    jobs,
    listed.blobName,
  );
  if (outcome !== 'succeeded') {
    // Without it nobody knows whether it ran at all.
    if (attestation === undefined) throw new Error('Its outcome does not say which process it ran in.');
    return {
      failed: { outcome, reason, ...(error && { error_type: error.error_type }) },
      provenance: { bundle_ref, attestation },
    };
  }
  if (result === undefined) throw new Error('Its outcome does not say where its result is.');
  const side = await storedSide(blobs, result, signal);
  return { side, provenance: side };
}

function ranHere({ outcome, reason, error, artifacts, attestation }: RunReport, bundleRef: string): Ran {
  const provenance = attestation && { bundle_ref: bundleRef, attestation };
  if (outcome !== 'succeeded' || provenance === undefined)
    return { failed: { outcome, reason, ...(error && { error_type: error.errorType }) }, provenance };
  const files = new Map(artifacts.map((artifact) => [artifact.name, artifact]));
  const side: TaskSide = {
    ...provenance,
    finished_at: new Date().toISOString(),
    outputs: Object.fromEntries(
      artifacts.map(({ name, size, contentType, blake2b256 }) => [
        name,
        { size, content_type: contentType, checksum: blake2b256 },
      ]),
    ),
    bring: async (output) => {
      const file = files.get(output);
      if (!file) throw new Error('there is no such output');
      return file.path;
    },
  };
  return { side, provenance };
}

function byBundle(tasks: TaskLine[]): Map<string, TaskLine[]> {
  const groups = new Map<string, TaskLine[]>();
  for (const line of tasks) {
    const group = groups.get(line.message.bundle_ref);
    if (group) group.push(line);
    else groups.set(line.message.bundle_ref, [line]);
  }
  return groups;
}
