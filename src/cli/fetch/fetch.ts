import { openStorage } from '../../connections/open-storage.js';
import { checkWritable } from '../../files/check-writable.js';
import { identicalReplicates } from '../../jobs/reading/identical-replicates.js';
import { readFailures } from '../../jobs/reading/read-failures.js';
import { readRefused } from '../../jobs/reading/read-refused.js';
import { StoppedHalfway } from '../../reporting/stopped-halfway.js';
import { UsageError } from '../../reporting/usage-error.js';
import { fetchOne } from '../../results/fetch/fetch-one.js';
import type { FetchedJob } from '../../results/fetch/fetch-results.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { openJobForResults } from '../open-job-for-results.js';
import { failureGroupLines } from '../terminal/failure-group-lines.js';
import type { Output } from '../terminal/output.js';
import { refusedLines } from '../terminal/refused-lines.js';
import { replicateLines } from '../terminal/replicate-lines.js';
import { fetchWithProgress } from './fetch-with-progress.js';

/** Failures that are read, and ways of failing that are shown: `errors` tells more. */
const [mostRead, mostShown] = [500, 3];
/** How many refused messages are named. */
const mostRefused = 3;

/** What `mops-cold fetch` does. */
export async function fetch(
  output: Output,
  context: CliContext,
  { run, to, task, layout }: { run?: string; to: string; task?: string; layout?: 'modelops' },
  [jobId]: (string | undefined)[],
): Promise<ExitCode> {
  if (jobId === undefined && task === undefined) {
    throw new UsageError('Cannot fetch: name a job, or a task with --task.');
  }
  if (layout !== undefined && task !== undefined)
    throw new UsageError('Cannot fetch: --layout is of a whole job. Leave out --task, or --layout.');
  await checkWritable(to);
  if (layout !== undefined)
    return (await import('./fetch-for-modelops.js')).fetchForModelops(output, context, jobId ?? '', run, to);
  if (task !== undefined) {
    const storage = await openStorage(context.env);
    const fetched = await fetchOne(storage, { jobId: jobId ?? 'direct', run }, task, to, context.signal);
    for (const note of fetched.notes) output.note(`Note: ${note}`);
    output.say(`Task ${task}: ${fetched.outcome}, in ${fetched.folder}`);
    for (const [name, place] of Object.entries(fetched.abfs)) output.say(`  ${name}: ${place}`);
    output.document(fetched);
    return report(fetched.problems, fetched.outcome === 'succeeded' ? 0 : 1, output.note);
  }
  const { storage, job } = await openJobForResults(context, jobId ?? '', run);
  const fetched = await fetchWithProgress(output, storage, job, to, context.signal).catch(
    (cause: unknown) => {
      if (!context.signal.aborted) throw cause;
      throw new StoppedHalfway('What was fetched stays; the same command fetches the rest.', { cause });
    },
  );
  const replicates = await identicalReplicates(storage.jobs, job.scope, context.signal);
  for (const line of replicateLines(replicates)) output.say(line);
  const since = job.manifest?.created_at ?? null;
  // Tasks without an outcome may be among them; whoever pushed tasks may have expected more of them.
  const refused =
    fetched.pending > 0 || since === null
      ? await readRefused(storage.jobs, since, mostRefused, context.signal)
      : { total: 0, newest: [] };
  const lines = refusedLines(refused, `which \`mops-cold status ${job.scope.jobId}\` lists`);
  if (refused.total > 0) output.note('Note: messages of whatever job were refused or given up:');
  for (const line of lines) output.note(line);
  if (fetched.failed > 0) {
    const failures = await readFailures(storage, job, mostRead, context.signal);
    for (const line of failureGroupLines(failures, job.scope.jobId, mostShown)) output.say(line);
    output.say('');
  }
  output.say(`Next: mops-cold ${nextVerb(fetched)} ${job.scope.jobId}`);
  output.document({ ...fetched, identical_replicates: replicates, refused_messages: refused.newest });
  return report(fetched.problems, fetched.failed, output.note);
}

function nextVerb({ pending, failed }: FetchedJob): string {
  if (pending > 0) return 'watch';
  return failed > 0 ? 'retry' : 'verify';
}

function report(problems: string[], failed: number, note: (text: string) => void): ExitCode {
  for (const problem of problems) note(problem);
  if (problems.length > 0) return exitCodes.couldNot;
  return failed > 0 ? exitCodes.someTasksFailed : exitCodes.done;
}
