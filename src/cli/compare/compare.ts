import { type ComparedJobs, compareJobs } from '../../comparison/compare-jobs.js';
import { countFacts, groupDifferences } from '../../comparison/group-differences.js';
import { openStorage } from '../../connections/open-storage.js';
import type { JobStorage } from '../../jobs/job-storage.js';
import { type FoundJob, findJob } from '../../jobs/reading/find-job.js';
import { jobNamed } from '../../jobs/reading/job-named.js';
import { UsageError } from '../../reporting/usage-error.js';
import type { CliContext } from '../cli-context.js';
import type { DetailsOption } from '../details-option.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { comparisonLines } from '../terminal/comparison-lines.js';
import { createProgress } from '../terminal/create-progress.js';
import type { Output } from '../terminal/output.js';
import { jobLines } from './job-lines.js';

/** What `mops-cold compare` does. */
export async function compare(
  output: Output,
  context: CliContext,
  { details }: DetailsOption,
  [first = '', second = '']: (string | undefined)[],
): Promise<ExitCode> {
  if (first === second)
    throw new UsageError(
      `Cannot compare ${first} with itself: name two jobs, or two runs of one, as in ${first.split('@')[0]}@<run>.`,
    );
  const storage = await openStorage(context.env);
  const jobs = [
    await runNamed(storage, first, context.signal),
    await runNamed(storage, second, context.signal),
  ] as const;
  const progress = createProgress(output.progress, 'Comparing');
  const compared = await compareJobs(
    storage,
    ...jobs,
    { look: details, onProgress: (done, total) => progress.update({ done, total }) },
    context.signal,
  ).finally(() => progress.end());
  for (const line of [...comparisonLines(compared, first, second), ...jobLines(compared)]) output.say(line);
  const code = verdict(compared);
  const groups = groupDifferences(compared).map(({ task_ids, example }) => ({
    task_ids,
    example: example.task_id,
  }));
  output.document({
    ...compared,
    groups,
    facts: countFacts(compared),
    reproducible: code === exitCodes.done,
  });
  return code;
}

/** @param name `<job>`, of which each task's best outcome is meant, or `<job>@<run>` */
async function runNamed(
  storage: Pick<JobStorage, 'jobs'>,
  name: string,
  signal: AbortSignal,
): Promise<FoundJob> {
  const [job = '', run] = name.split('@', 2);
  const jobId = await jobNamed(storage, job, signal);
  const found = await findJob(storage, jobId, run, signal);
  return { ...found, scope: { jobId, run } };
}

/** A difference is certain whatever is still to come; without one, what is not compared, or not finished, proves nothing. */
function verdict({ different, uncompared, unfinished, compared }: ComparedJobs): ExitCode {
  if (different.length > 0) return exitCodes.notReproducible;
  return uncompared.length > 0 || unfinished > 0 || compared === 0 ? exitCodes.couldNot : exitCodes.done;
}
