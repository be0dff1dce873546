import { parseBlobReference } from '../azure-backend/blob-reference.js';
import { readTextBlob } from '../azure-backend/read-text-blob.js';
import type { OpenStorage } from '../connections/open-storage.js';
import { parseDocument } from '../contracts/json/parse-document.js';
import type { OutcomeRecord } from '../contracts/result/outcome-record.js';
import { StoredResult } from '../contracts/result/stored-result.js';
import { CheckReport } from '../contracts/task/check-request.js';
import { resultKey } from '../contracts/task/result-key.js';
import { targetFunction } from '../contracts/task/target-function.js';
import { taskId } from '../contracts/task/task-id.js';
import { findJob } from '../jobs/reading/find-job.js';
import { readOutcomes } from '../jobs/reading/read-outcomes.js';
import { watchJob } from '../jobs/reading/watch-job.js';
import { newRunId } from '../jobs/submission/new-run-id.js';
import { submitJob } from '../jobs/submission/submit-job.js';
import { toolVersion } from '../package/tool-version.js';
import { AppSilent } from './app-silent.js';
import { checkTask } from './check-task.js';
import type { CheckedNames } from './checked-names.js';
import { findingsOf } from './findings-of.js';

/** An app that scales from zero, with a large bundle, takes minutes. */
const patienceMs = 15 * 60_000;

/**
 * Sends one task that tries the bundle out in the app, with the app's Python and packages, and waits for it. It is a job
 * of its own, `preflight-<id>`.
 *
 * @param onSubmitted is told the job before it is waited for
 * @returns what would keep its tasks from running, a sentence each
 * @throws AppSilent
 */
export async function checkInApp(
  storage: OpenStorage,
  bundleRef: string,
  names: CheckedNames,
  signal: AbortSignal,
  onSubmitted: (jobId: string) => void,
): Promise<string[]> {
  const id = newRunId();
  const jobId = `preflight-${id}`;
  // A name of the registry means nothing where the registry has not been read.
  const targets = names.targets.filter((name) => /[:/]/.test(name)).map(targetFunction);
  const task = checkTask(bundleRef, { ...names, targets }, id);
  const line = {
    task_id: taskId(task),
    result_key: resultKey(task, 'cold'),
    message: { ...task, job_id: jobId },
  };
  const manifest = {
    job_id: jobId,
    bundle_refs: [bundleRef],
    tool_version: await toolVersion(),
    source: 'preflight',
  };
  const { run } = await submitJob(storage, { manifest, lines: [line] }, signal);
  onSubmitted(jobId);
  const job = await findJob(storage, jobId, run, signal);
  const late = AbortSignal.timeout(patienceMs);
  await watchJob(storage, job, AbortSignal.any([signal, late]), () => undefined).catch((cause: unknown) => {
    if (signal.aborted || !late.aborted) throw cause;
    throw new AppSilent(
      `the app has not checked the bundle within ${patienceMs / 60_000} minutes. Is it running? \`mops-cold status ${jobId}\` tells when it did`,
      { cause },
    );
  });
  const problems: string[] = [];
  await readOutcomes(storage.jobs, job.scope, signal, async (record) => {
    problems.push(...(await problemsOf(storage, record)));
  });
  return problems;
}

async function problemsOf(storage: OpenStorage, record: OutcomeRecord): Promise<string[]> {
  if (record.outcome !== 'succeeded' || record.result === undefined) {
    const error = record.error_details;
    return [`${record.outcome}: ${error ? `${error.type}: ${error.error}` : record.reason}`];
  }
  const { outputs } = parseDocument(StoredResult, await read(storage, record.result), 'The result');
  const report = parseDocument(CheckReport, await read(storage, outputs.preflight?.ref ?? ''), 'The check');
  return findingsOf(report, true)
    .filter(({ state }) => state === 'missing')
    .map(({ name, found }) => `${name}: ${found}`);
}

async function read({ blobs }: OpenStorage, reference: string): Promise<string> {
  const { container, blobName } = parseBlobReference(reference);
  const text = await readTextBlob(blobs.getContainerClient(container), blobName);
  if (text === undefined) throw new Error(`Cannot read what the app found: ${reference} is not there.`);
  return text;
}
