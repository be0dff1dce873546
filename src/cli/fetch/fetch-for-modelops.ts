import { resolve } from 'node:path';
import { listRuns } from '../../jobs/reading/list-runs.js';
import { counted } from '../../reporting/counted.js';
import { StoppedHalfway } from '../../reporting/stopped-halfway.js';
import { claimResultsFolder } from '../../results/fetch/claim-results-folder.js';
import { resultsOwner } from '../../results/fetch/results-owner.js';
import { exportModelops } from '../../results/modelops/export-modelops.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { openJobForResults } from '../open-job-for-results.js';
import { createProgress } from '../terminal/create-progress.js';
import type { Output } from '../terminal/output.js';

/** What `mops-cold fetch --layout modelops` does. */
export async function fetchForModelops(
  output: Output,
  context: CliContext,
  name: string,
  run: string | undefined,
  to: string,
): Promise<ExitCode> {
  const { signal } = context;
  const { storage, job } = await openJobForResults(context, name, run);
  const { jobId } = job.scope;
  const owner = resultsOwner(storage, job);
  const { folder, note } = await claimResultsFolder(to, owner, () => listRuns(storage.jobs, jobId, signal));
  const progress = createProgress(output.progress, 'Fetching');
  const total = job.manifest?.task_count ?? 0;
  const made = await exportModelops(storage, job, resolve(folder, 'modelops'), signal, (done) =>
    progress.update({ done, total: Math.max(total, done), failed: 0 }),
  )
    .catch((cause: unknown) => {
      if (!signal.aborted) throw cause;
      throw new StoppedHalfway(
        'Results that were written stay; the same command writes all of them again, with the views.',
        { cause },
      );
    })
    .finally(() => progress.end());
  output.say(`${made.succeeded} succeeded, ${made.failed} failed, ${made.pending} without an outcome yet.`);
  output.say(
    `${counted(made.results, 'result')} and ${counted(made.aggregations, 'aggregation')} for ModelOps: MODELOPS_PROVENANCE_DIR=${made.folder}`,
  );
  for (const sentence of note === undefined ? made.notes : [note, ...made.notes])
    output.note(`Note: ${sentence}`);
  for (const problem of made.problems) output.note(problem);
  output.document({ job_id: jobId, run: job.scope.run ?? null, ...made });
  if (made.problems.length > 0) return exitCodes.couldNot;
  return made.failed > 0 ? exitCodes.someTasksFailed : exitCodes.done;
}
