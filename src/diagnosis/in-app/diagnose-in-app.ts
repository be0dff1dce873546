import { putBlob } from '../../azure-backend/put-blob.js';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import { DiagnosisProgress, DiagnosisRecord } from '../../contracts/message/diagnosis-record.js';
import type { DiagnosisRequest } from '../../contracts/message/diagnosis-request.js';
import type { SimTask } from '../../contracts/task/sim-task.js';
import { diagnosisPaths, refusedPath } from '../../jobs/job-paths.js';
import type { JobStorage } from '../../jobs/job-storage.js';
import { awaitAnswer } from '../../jobs/requests/await-answer.js';
import { makeUnlessForbidden } from '../../jobs/submission/make-unless-forbidden.js';
import { newRunId } from '../../jobs/submission/new-run-id.js';
import type { Reporter } from '../../reporting/reporter.js';
import type { Diagnosis } from '../diagnosis.js';
import { readDiagnosis } from './read-diagnosis.js';

export interface InAppOptions {
  /** The job whose tasks they are, beside which the report is kept. */
  jobId?: string;
  shuffleSeed?: number;
}

/** An app has a functionTimeout of hours at most, and may have to scale from zero first. */
const patienceMs = 12 * 60 * 60_000;
const partingMs = 5_000;

/**
 * Lets the app diagnose a bundle that is in its store, in its environment and its image, and waits for the report, which is kept beside
 * the job, or by the bundle's digest.
 *
 * @param tasks all of the bundle
 * @throws Error when there is no diagnosis: it did not end within the app's functionTimeout, could not be done, the app does not know how, or has not answered.
 * @throws the signal's reason when it is aborted; the app then gives it up
 */
export async function diagnoseInApp(
  { jobs, queue }: Pick<JobStorage, 'jobs' | 'queue'>,
  bundleRef: string,
  tasks: SimTask[],
  { jobId, shuffleSeed }: InAppOptions,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<{ diagnosis: Diagnosis; report: string }> {
  await Promise.all([jobs, queue].map(makeUnlessForbidden));
  const diagnose: DiagnosisRequest = {
    bundle_ref: bundleRef,
    request: newRunId(),
    ...(jobId !== undefined && { job_id: jobId }),
    ...(shuffleSeed !== undefined && { shuffle_seed: shuffleSeed }),
  };
  const paths = diagnosisPaths(diagnose);
  const write = (name: string, value: unknown, abortSignal: AbortSignal) =>
    putBlob(
      jobs,
      name,
      Buffer.from(stringifyJson(value)),
      { contentType: 'application/json' },
      { abortSignal },
    );
  await write(paths.tasks, { tasks }, signal);
  signal.throwIfAborted();
  const { messageId, insertedOn } = await queue.sendMessage(JSON.stringify({ diagnose }));
  reporter.note(`The app diagnoses it (request ${diagnose.request}), one process at a time …`);
  const cannot = `Cannot tell whether bundle ${bundleRef} leaks:`;
  const refused = refusedPath(messageId, insertedOn);
  const look = follow(async () => {
    const text = await readTextBlob(jobs, paths.progress);
    return text === undefined ? undefined : parseDocument(DiagnosisProgress, text, 'Its progress');
  }, reporter);
  try {
    const answer = await awaitAnswer(jobs, {
      ...{ answer: paths.report, refused, patienceMs, signal },
      look,
    });
    await look();
    if (typeof answer !== 'string')
      throw new Error(
        answer.none === 'refused'
          ? `${cannot} the app has given the request up (${refused}). An app of an earlier version does not know how, and one whose worker dies of it tries no more: deploy this version, or diagnose here, without --in-app.`
          : `${cannot} the app has not answered within ${patienceMs / 3_600_000} hours. Is it running? When it is done, ${paths.report} in the container ${jobs.containerName} says so.`,
      );
    const { reason, diagnosis } = parseDocument(
      DiagnosisRecord,
      answer,
      'What the app wrote of the diagnosis',
    );
    if (reason !== '') throw new Error(reason);
    return { diagnosis: readDiagnosis(diagnosis), report: paths.report };
  } catch (error) {
    if (signal.aborted)
      // It looks for that every few seconds; where it cannot be told, it ends with its functionTimeout.
      await write(paths.givenUp, {}, AbortSignal.timeout(partingMs)).catch(() => undefined);
    throw error;
  }
}

/** Tells of each step once, and when it begins again. */
function follow(read: () => Promise<DiagnosisProgress | undefined>, reporter: Reporter): () => Promise<void> {
  let [delivery, told] = [0, 0];
  return async () => {
    const progress = await read();
    if (progress === undefined) return;
    if (progress.delivery !== delivery) {
      if (delivery > 0) reporter.note('The app begins again: its worker was replaced.');
      [delivery, told] = [progress.delivery, 0];
    }
    for (const note of progress.notes.slice(told)) reporter.note(note);
    told = progress.notes.length;
  };
}
