import { estimateTasks } from '../../deployment/cost/estimate-tasks.js';
import type { JobStorage } from '../../jobs/job-storage.js';
import { secondsPerTask } from '../../jobs/reading/seconds-per-task.js';
import { measureSubmission, type SubmissionSize } from '../../jobs/submission/measure-submission.js';
import { counted } from '../../reporting/counted.js';
import { formatBytes } from '../../reporting/format-bytes.js';
import { formatDuration } from '../../reporting/format-duration.js';
import type { Output } from '../terminal/output.js';
import type { SubmissionPlan } from './plan-submission.js';
import type { TriedTask } from './try-first-task.js';

/** From so many tasks on it is worth a look at earlier jobs what they will take. */
const worthALook = 50;
/** What a person is asked about. */
const manyTasks = 10_000;
const longSeconds = 4 * 3600;
/** A first task that has used so much of its limit may be followed by one that needs more. */
const muchOfTheLimit = 0.5;
const muchStored = 100 * 1024 ** 3;

/** What is to be expected of a submission, as far as it is known before anything is sent. */
export interface Foreseen extends SubmissionSize {
  /** What a task takes, and where that is known from: `--try`, or a job. */
  seconds_per_task?: number;
  known_from?: string;
  /** In a deployment with the defaults of `deploy up`. */
  wall_clock_seconds?: number;
  cost?: { amount: number; currency: string };
  isLarge: boolean;
}

/** Says how large a submission is, what it will take and cost, and what will hurt. */
export async function foresee(
  output: Output,
  { lines, limits, bundle }: SubmissionPlan,
  tried: TriedTask | undefined,
  storage: Pick<JobStorage, 'jobs'> | undefined,
  signal: AbortSignal,
): Promise<Foreseen> {
  const size = measureSubmission(lines);
  output.note(sizeLine(size));
  const isMany = size.tasks > manyTasks;
  const known = tried
    ? { from: '--try', seconds: tried.seconds }
    : storage && size.tasks >= worthALook
      ? await earlier(output, storage, bundle.ref, signal)
      : undefined;
  if (known === undefined) {
    if (size.tasks >= worthALook)
      output.note('What they take and cost is not known yet: --try runs the first one here, and tells.');
    return { ...size, isLarge: isMany };
  }
  if (tried) for (const hurt of hurtsOf(tried, size.tasks, limits.timeout_seconds)) output.note(hurt);
  const each = `${formatDuration(known.seconds)} a task (${known.from})`;
  const ofTasks = { ...size, seconds_per_task: known.seconds, known_from: known.from };
  const estimated = await estimateTasks(size.tasks, known.seconds);
  if (estimated.why !== undefined) {
    output.note(`At ${each}: ${estimated.why}`);
    return { ...ofTasks, isLarge: isMany || size.tasks * known.seconds > longSeconds };
  }
  const { estimate, prices } = estimated;
  const { wallClockSeconds, workingInstances, job } = estimate;
  output.note(
    `At ${each} about ${formatDuration(wallClockSeconds)} and ${job.money.total.toFixed(2)} ${prices.currency} on the ${counted(workingInstances, 'instance')} of a deployment with its defaults, by list prices of ${prices.date}; \`mops-cold deploy cost --tasks ${size.tasks} --seconds ${Number(known.seconds.toPrecision(2))}\` estimates another one.`,
  );
  return {
    ...ofTasks,
    wall_clock_seconds: wallClockSeconds,
    cost: { amount: job.money.total, currency: prices.currency },
    isLarge: isMany || wallClockSeconds > longSeconds,
  };
}

function sizeLine({ tasks, parameter_sets: sets, replicates, message_bytes: bytes }: SubmissionSize): string {
  const [least, most] = replicates;
  const each = least === most ? counted(most, 'replicate') : `${least} to ${most} replicates`;
  return `${counted(tasks, 'task')}: ${counted(sets, 'parameter set')} × ${each}, ${formatBytes(bytes)} of messages.`;
}

async function earlier(
  output: Output,
  storage: Pick<JobStorage, 'jobs'>,
  bundleRef: string,
  signal: AbortSignal,
) {
  const found = await secondsPerTask(storage, bundleRef, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    // Whoever may only send can do without.
    output.note(`Earlier jobs of the bundle cannot be looked at: ${(error as Error).message}`);
    return undefined;
  });
  return found && { from: `job ${found.jobId}, of the same bundle`, seconds: found.seconds };
}

function hurtsOf({ seconds, outputs }: TriedTask, tasks: number, limit: number | undefined): string[] {
  const bytes = outputs.reduce((sum, { size }) => sum + size, 0);
  return [
    ...(limit !== undefined && seconds > muchOfTheLimit * limit
      ? [
          `The first task took ${formatDuration(seconds)} of the ${formatDuration(limit)} that each may: with other parameters, or on a slower machine, some may be ended (--timeout).`,
        ]
      : []),
    ...(bytes * tasks > muchStored
      ? [
          `Outputs like those of the first task take ${formatBytes(bytes * tasks)} in all: --outputs keeps only those that are named.`,
        ]
      : []),
  ];
}
