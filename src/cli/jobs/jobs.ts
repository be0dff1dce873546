import { openStorage } from '../../connections/open-storage.js';
import { type JobSummary, summariseJobs } from '../../jobs/reading/summarise-jobs.js';
import { counted } from '../../reporting/counted.js';
import { formatDuration } from '../../reporting/format-duration.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { formatTable } from '../terminal/format-table.js';
import type { Output } from '../terminal/output.js';

/** What `mops-cold jobs` does. */
export async function jobs(
  output: Output,
  { env, signal }: CliContext,
  { most, all }: { most: number; all?: true },
): Promise<ExitCode> {
  const storage = await openStorage(env);
  const { summaries, total } = await summariseJobs(storage, all ? Number.POSITIVE_INFINITY : most, signal);
  if (total === 0) output.say('No job has been submitted yet.');
  else output.say(formatTable(['job', 'state', 'ended', 'tasks', 'failed', 'age', 'by'], summaries.map(row)));
  if (summaries.length < total)
    output.say(`${counted(total - summaries.length, 'more job')}: --all lists them.`);
  output.document({ jobs: summaries, total });
  return exitCodes.done;
}

function row({ job_id, state, ended, tasks, failed, submitted_at, submitted_by }: JobSummary): string[] {
  const age = submitted_at === null ? '' : formatDuration((Date.now() - Date.parse(submitted_at)) / 1000);
  return [job_id, state, String(ended), String(tasks ?? ''), String(failed), age, submitted_by ?? ''];
}
