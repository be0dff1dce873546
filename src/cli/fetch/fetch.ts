import { openStorage } from '../../connections/open-storage.js';
import { checkWritable } from '../../files/check-writable.js';
import { identicalReplicates } from '../../jobs/reading/identical-replicates.js';
import { UsageError } from '../../reporting/usage-error.js';
import { fetchOne } from '../../results/fetch/fetch-one.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { openJob } from '../open-job.js';
import type { Output } from '../terminal/output.js';
import { replicateLines } from '../terminal/replicate-lines.js';
import { fetchWithProgress } from './fetch-with-progress.js';

/** What `mops-cold fetch` does. */
export async function fetch(
  output: Output,
  context: CliContext,
  { run, to, task }: { run?: string; to: string; task?: string },
  [jobId]: (string | undefined)[],
): Promise<ExitCode> {
  if (jobId === undefined && task === undefined) {
    throw new UsageError('Cannot fetch: name a job, or a task with --task.');
  }
  await checkWritable(to);
  if (task !== undefined) {
    const storage = await openStorage(context.env);
    const fetched = await fetchOne(storage, { jobId: jobId ?? 'direct', run }, task, to, context.signal);
    for (const note of fetched.notes) output.note(`Note: ${note}`);
    output.say(`Task ${task}: ${fetched.outcome}, in ${fetched.folder}`);
    for (const [name, place] of Object.entries(fetched.abfs)) output.say(`  ${name}: ${place}`);
    output.document(fetched);
    return report(fetched.problems, fetched.outcome === 'succeeded' ? 0 : 1, output.note);
  }
  const { storage, job: found } = await openJob(context, jobId ?? '', run);
  const job = { ...found, scope: { ...found.scope, run } };
  const fetched = await fetchWithProgress(output, storage, job, to, context.signal);
  const replicates = await identicalReplicates(storage.jobs, job.scope, context.signal);
  for (const line of replicateLines(replicates)) output.say(line);
  output.document({ ...fetched, identical_replicates: replicates });
  return report(fetched.problems, fetched.failed, output.note);
}

function report(problems: string[], failed: number, note: (text: string) => void): ExitCode {
  for (const problem of problems) note(problem);
  if (problems.length > 0) return exitCodes.couldNot;
  return failed > 0 ? exitCodes.someTasksFailed : exitCodes.done;
}
