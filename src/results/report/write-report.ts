import { writeWhole } from '../../files/write-whole.js';
import type { JobStorage } from '../../jobs/job-storage.js';
import type { FoundJob } from '../../jobs/reading/find-job.js';
import { readFailures } from '../../jobs/reading/read-failures.js';
import { readOutcome } from '../../jobs/reading/read-outcomes.js';
import { verifyJob } from '../../jobs/reading/verify-job.js';
import { toolVersion } from '../../package/tool-version.js';
import { readLosses } from '../losses/read-losses.js';
import { readTaskRows } from '../tables/read-task-rows.js';
import type { TaskRow } from '../tables/task-row.js';
import { readNumbers } from './read-numbers.js';
import type { ReportData } from './report-data.js';
import { reportOfJob } from './report-of-job.js';
import { reportPage } from './report-page.js';

/** Records of failures that are read. */
const mostFailures = 5000;

export interface WrittenReport {
  path: string;
  bytes: number;
  data: ReportData;
}

/**
 * Writes the report of a job as one HTML page. A page that is there is replaced when the new one is whole.
 *
 * @param onRead of how many of its tasks the outputs have been read
 */
export async function writeReport(
  storage: Pick<JobStorage, 'jobs' | 'blobs' | 'results'>,
  job: FoundJob,
  path: string,
  signal: AbortSignal,
  onRead: (done: number, total: number) => void = () => undefined,
): Promise<WrittenReport> {
  const rows: TaskRow[] = [];
  for await (const row of readTaskRows(storage, job, signal)) rows.push(row);
  let done = 0;
  const numbers = await readNumbers(storage, rows, signal, () => onRead(++done, rows.length));
  const { scope, manifest } = job;
  const ran = rows.find(({ outcome, process }) => outcome === 'succeeded' && process !== null);
  const record = ran?.record ? await readOutcome(storage.jobs, ran.record) : undefined;
  const data = reportOfJob({
    jobId: scope.jobId,
    run: scope.run ?? null,
    manifest,
    rows,
    numbers,
    losses: await readLosses(storage, job, signal),
    failures: await readFailures(storage, job, mostFailures, signal),
    verified: await verifyJob(storage, job, signal),
    attestation: record?.attestation,
    madeAt: new Date(),
    tool: await toolVersion(),
  });
  const page = await reportPage(data);
  await writeWhole(path, [page], { signal });
  return { path, bytes: Buffer.byteLength(page), data };
}
