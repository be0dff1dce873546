import { join } from 'node:path';
import { checkWritable } from '../../files/check-writable.js';
import { listRuns } from '../../jobs/reading/list-runs.js';
import { counted } from '../../reporting/counted.js';
import { StoppedHalfway } from '../../reporting/stopped-halfway.js';
import { claimResultsFolder } from '../../results/fetch/claim-results-folder.js';
import { resultsOwner } from '../../results/fetch/results-owner.js';
import { tablesOfJob } from '../../results/stored/tables-of-job.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { openJobForResults } from '../open-job-for-results.js';
import { createProgress } from '../terminal/create-progress.js';
import { formatTable } from '../terminal/format-table.js';
import type { Output } from '../terminal/output.js';

/** Problems that are shown; all are in the JSON. */
const mostShown = 10;

/** What `mops-cold results` does. */
export async function results(
  output: Output,
  context: CliContext,
  { run, to, csv = false, output: outputs }: { run?: string; to: string; csv?: boolean; output: string[] },
  [name = '']: (string | undefined)[],
): Promise<ExitCode> {
  await checkWritable(to);
  const { signal } = context;
  const { storage, job } = await openJobForResults(context, name, run);
  const { jobId } = job.scope;
  const owner = resultsOwner(storage, job);
  const { folder, note } = await claimResultsFolder(to, owner, () => listRuns(storage.jobs, jobId, signal));
  const wanted = { csv, ...(outputs.length > 0 && { outputs }) };
  const progress = createProgress(output.progress, 'Reading');
  const { made_at, ...made } = await tablesOfJob(
    storage,
    job,
    join(folder, 'tables'),
    wanted,
    signal,
    (done, total) => progress.update({ done, total, failed: 0 }),
  )
    .catch((cause: unknown) => {
      if (!signal.aborted) throw cause;
      throw new StoppedHalfway('Tables that are there are whole; the same command makes all of them.', {
        cause,
      });
    })
    .finally(() => progress.end());
  const { tables, succeeded, failed, pending, notes, problems } = made;
  output.say(
    formatTable(
      ['table', 'rows', 'tasks', 'file'],
      tables.map(({ output: of, rows, tasks, parquet, csv: asCsv }) => [
        of ?? '(tasks)',
        String(rows),
        String(tasks),
        asCsv === null ? parquet : `${parquet}, ${asCsv}`,
      ]),
    ),
  );
  output.say(`${succeeded} succeeded, ${failed} failed, ${pending} without an outcome yet.`);
  if (made_at !== null) output.say(`The app has made these tables, at ${made_at}.`);
  for (const sentence of note === undefined ? notes : [note, ...notes]) output.note(`Note: ${sentence}`);
  for (const problem of problems.slice(0, mostShown)) output.note(problem);
  if (problems.length > mostShown)
    output.note(`${counted(problems.length - mostShown, 'more output')} cannot be read.`);
  output.document({ job_id: jobId, run: job.scope.run ?? null, made_at, ...made });
  if (problems.length > 0) return exitCodes.couldNot;
  return failed > 0 ? exitCodes.someTasksFailed : exitCodes.done;
}
