import { parseBlobReference } from '../../azure-backend/blob-reference.js';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import { StoredResult } from '../../contracts/result/stored-result.js';
import type { JobStorage } from '../job-storage.js';
import type { FoundJob } from './find-job.js';
import { listAggregations } from './list-aggregations.js';
import { listOutcomes } from './list-outcomes.js';
import type { ListedOutcome } from './listed-outcome.js';
import { readListed, readOutcome } from './read-outcomes.js';
import { standingInJob } from './standing-in-job.js';
import { taskCount } from './task-count.js';
import { type AttestedRecord, type Verification, verifyAttestations } from './verify-attestations.js';

/** What `verify` found. `unfinished` counts the tasks that have no outcome yet; null when nobody knows. */
export type VerifiedJob = Verification & { job_id: string; run: string | null; unfinished: number | null };

/** Checks the attestations of a run: what each outcome says, and for a cached one what its result says. */
export async function verifyJob(
  storage: Pick<JobStorage, 'jobs' | 'blobs'>,
  job: FoundJob,
  signal: AbortSignal,
): Promise<VerifiedJob> {
  const { scope } = job;
  const total = taskCount(job);
  const listed: ListedOutcome[] = [];
  for await (const one of listOutcomes(storage.jobs, scope, signal)) listed.push(one);
  const stands = standingInJob(job, listed);
  const standing: AttestedRecord[] = [];
  const repeated: AttestedRecord[] = [];
  await readListed(storage.jobs, listed, signal, async (record, one) => {
    const attested = record.cached ? await asStored(storage, record) : essentials(record, record.attestation);
    (stands.get(one.taskId) === one ? standing : repeated).push(attested);
  });
  const aggregations: AttestedRecord[] = [];
  for await (const { blobName } of listAggregations(storage.jobs, scope, signal)) {
    const record = await readOutcome(storage.jobs, blobName);
    aggregations.push(
      record.cached ? await asStored(storage, record) : essentials(record, record.attestation),
    );
  }
  // In a fixed order, so that the same job gives the same report.
  for (const records of [standing, repeated, aggregations])
    records.sort((a, b) => (`${a.task_id} ${a.attempt}` < `${b.task_id} ${b.attempt}` ? -1 : 1));
  return {
    job_id: scope.jobId,
    run: scope.run ?? null,
    unfinished: total === undefined ? null : Math.max(0, total - standing.length),
    ...verifyAttestations(standing, repeated, aggregations),
  };
}

async function asStored(
  { blobs }: Pick<JobStorage, 'blobs'>,
  record: OutcomeRecord,
): Promise<AttestedRecord> {
  if (record.result === undefined) return essentials(record, record.attestation);
  const { container, blobName } = parseBlobReference(record.result);
  const text = await readTextBlob(blobs.getContainerClient(container), blobName);
  const stored = text === undefined ? undefined : parseDocument(StoredResult, text);
  return { ...essentials(record, stored?.attestation), attempt: stored?.attempt ?? record.attempt };
}

function essentials(record: OutcomeRecord, attestation: OutcomeRecord['attestation']): AttestedRecord {
  const { task_id, result_key, attempt, outcome, cached } = record;
  return { task_id, result_key, attempt, outcome, cached, attestation };
}
