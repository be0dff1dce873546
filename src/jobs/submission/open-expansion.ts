import { createOnce } from '../../azure-backend/create-once.js';
import type { Expansion } from '../../contracts/job/expansion.js';
import type { PackedLines } from '../../contracts/job/packed-lines.js';
import type { TaskLine } from '../../contracts/job/task-line.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import type { JobRun } from '../../simulation/ports.js';
import { expansionMetadata } from '../expansion/expansion-metadata.js';
import { packLines } from '../expansion/pack-lines.js';
import { expansionPath, runLinesPath } from '../job-paths.js';
import type { JobStorage } from '../job-storage.js';
import { newRunId } from './new-run-id.js';

export interface ExpansionToOpen {
  jobId: string;
  lines: TaskLine[];
  /** Where these lines lie already; written beside the run when absent. */
  packed: PackedLines | undefined;
  /** Default: 0. */
  priority: number | undefined;
  /** Its name, and what all its messages say. */
  ofRun: Expansion['terms'] & { run: string };
  traceparent: string;
}

/** Writes down that the app is to send the messages of a run. One that is written down already stays. */
export async function openExpansion(
  { jobs }: Pick<JobStorage, 'jobs'>,
  { jobId, lines, packed, priority = 0, ofRun: { run, ...terms }, traceparent }: ExpansionToOpen,
): Promise<void> {
  const expansion: Expansion = {
    ...{ job_id: jobId, run, lines: packed ?? (await packBesideRun(jobs, { jobId, run }, lines)) },
    ...{ end: lines.length, sent: 0, again: [], priority, served_at: '' },
    ...{ traceparent, terms },
  };
  const path = expansionPath({ jobId, run });
  const metadata = expansionMetadata(expansion);
  await createOnce(jobs, path, stringifyJson(expansion), 'application/json', metadata);
}

async function packBesideRun(jobs: JobStorage['jobs'], run: JobRun, lines: TaskLine[]): Promise<PackedLines> {
  const { packed, members } = await packLines(lines);
  // Of an attempt that was interrupted others may lie there, which the members would not fit.
  const path = runLinesPath(run, newRunId());
  await createOnce(jobs, path, packed, 'application/gzip');
  return { path, members };
}
