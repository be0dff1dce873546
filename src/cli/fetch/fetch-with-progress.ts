import type { OpenStorage } from '../../connections/open-storage.js';
import type { FoundJob } from '../../jobs/reading/find-job.js';
import { counted } from '../../reporting/counted.js';
import { type FetchedJob, fetchResults } from '../../results/fetch/fetch-results.js';
import { createProgress } from '../terminal/create-progress.js';
import type { Output } from '../terminal/output.js';

/** Fetches a job's results into `<to>/<job>/`, and says what came of it; its problems are left to be told. */
export async function fetchWithProgress(
  output: Output,
  storage: OpenStorage,
  job: FoundJob,
  to: string,
  signal: AbortSignal,
): Promise<FetchedJob> {
  const progress = createProgress(output.progress, 'Fetching');
  const fetched = await fetchResults(storage, job, to, signal, (done, total, failed) =>
    progress.update({ done, total, failed }),
  ).finally(() => progress.end());
  const { succeeded, failed, pending, artifacts, folder, index, losses } = fetched;
  output.say(
    `${succeeded} succeeded, ${failed} failed, ${pending} without an outcome yet. ${counted(artifacts.fetched, 'artifact')} fetched, ${artifacts.present} were there already.`,
  );
  for (const note of fetched.notes) output.note(`Note: ${note}`);
  output.say(
    `Results: ${folder}   Index: ${index.csv}, ${index.json}${losses === null ? '' : `   Losses: ${losses}`}`,
  );
  return fetched;
}
