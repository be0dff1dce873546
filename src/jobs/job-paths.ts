import type { JobRun } from '../simulation/ports.js';

export const jobPath = (jobId: string): string => `jobs/${jobId}/job.json`;
export const tasksPath = (jobId: string): string => `jobs/${jobId}/tasks.jsonl.gz`;
export const runsPrefix = (jobId: string): string => `jobs/${jobId}/runs/`;
export const runPath = (run: JobRun): string => `${runFolder(run)}/run.json`;
/** Ids of the tasks of a run that has not all of its job, a line each. */
export const runTasksPath = (run: JobRun): string => `${runFolder(run)}/tasks.txt.gz`;
/** The lines of a run whose messages the app sends, where they are not those of the job's own file. */
export const runLinesPath = (run: JobRun, id: string): string => `${runFolder(run)}/lines/${id}.jsonl.gz`;
export const leftOutPath = (run: JobRun): string => `${runFolder(run)}/left-out.json`;
/** Which message of a task runs it, where it may have two. */
export const claimPath = (run: JobRun, taskId: string): string => `${runFolder(run)}/claims/${taskId}`;
export const outcomesPrefix = (run: JobRun): string => `${runFolder(run)}/outcomes/`;
export const outcomePath = (run: JobRun, taskId: string): string => `${outcomesPrefix(run)}${taskId}.json`;
/** An aggregation ends as a task does, and is counted apart. */
export const aggregationsPrefix = (run: JobRun): string => `${runFolder(run)}/aggregations/`;
export const aggregationPath = (run: JobRun, id: string): string => `${aggregationsPrefix(run)}${id}.json`;
/** Of a parameter set whose tasks have ended, in any run: `<task_id>/<run>`. */
export const setPrefix = (jobId: string, setId: string): string => `jobs/${jobId}/sets/${setId}/`;
export const logsPrefix = (run: JobRun, taskId: string): string => `${runFolder(run)}/logs/${taskId}/`;
export const logPath = (run: JobRun, taskId: string, attempt: string): string =>
  `${logsPrefix(run, taskId)}${attempt}.log`;
/** Before the name of each output that a failed attempt still wrote. */
export const partialPrefix = (run: JobRun, taskId: string, attempt: string): string =>
  `${runFolder(run)}/partial/${taskId}/${attempt}/`;
export const eventsPrefix = (run: JobRun): string => `${runFolder(run)}/events/`;
export const interruptionPath = (run: JobRun, taskId: string, attempt: string): string =>
  `${eventsPrefix(run)}${taskId}/${attempt}.interrupted.json`;
export const buildPath = (
  run: JobRun,
  taskId: string,
  attempt: string,
  state: 'building' | 'built',
): string => `${eventsPrefix(run)}${taskId}/${attempt}.${state}.json`;
/** Of each task of the run that has failed, where too many failures end it: so it is counted without a look at the others. */
export const failuresPrefix = (run: JobRun, paramId?: string): string =>
  `${runFolder(run)}/failures/${paramId === undefined ? '' : `${paramId}/`}`;
/** What each instance has done for the run, in a blob of its own. */
export const progressPrefix = (run: JobRun): string => `${runFolder(run)}/progress/`;
export const progressPath = (run: JobRun, id: string): string => `${progressPrefix(run)}${id}.json`;
/** What a reader counted when what instances tell was not all. */
export const countedPath = (run: JobRun, what: 'run' | 'job'): string =>
  `${runFolder(run)}/counted-${what}.json`;
/** Tables of the job, all its runs up to this one together, made by the app when the run has ended. */
export const tablesPrefix = (run: JobRun): string => `${runFolder(run)}/tables/`;
/** What was made of them, or why nothing was: written last. */
export const tablesRecordPath = (run: JobRun): string => `${tablesPrefix(run)}made.json`;
/** There when the app was asked to make them. */
export const tablesAskedPath = (run: JobRun): string => `${tablesPrefix(run)}asked`;
/** Of all jobs, so that a worker finds them by one listing. */
export const cancellationsPrefix = 'cancellations/';
export const cancellationPath = ({ jobId, run }: JobRun, id: string): string =>
  `${cancellationsPrefix}${jobId}/${run}/${id}.json`;
/** Of all jobs, so that a worker finds them by one listing. */
export const followingPrefix = 'following/';
/** Of each who follows what the task prints. */
export const followersPrefix = ({ jobId, run }: JobRun, taskId: string): string =>
  `${followingPrefix}${jobId}/${run}/${taskId}/`;
/** Of all jobs, so that an expander finds them by one listing. */
export const expansionsPrefix = 'expansions/';
export const expansionPath = ({ jobId, run }: JobRun): string => `${expansionsPrefix}${jobId}/${run}.json`;
/** Of all jobs, so that a worker finds them by one listing. */
export const unsurePrefix = 'unsure/';
export const unsurePath = ({ jobId, run }: JobRun, firstLine: number): string =>
  `${unsurePrefix}${jobId}/${run}/${firstLine}.json`;
/** Whoever holds its lease is the one expander. */
export const expanderLockPath = 'locks/expander';
/** Whoever holds its lease makes tables: one job at a time. */
export const tablesLockPath = 'locks/tables';
/** Of all bundles, so that a worker finds them by one listing. */
export const leaksPrefix = 'leaks/';
export const leakPath = (digest: string): string => `${leaksPrefix}${digest.replace('sha256:', '')}.json`;
export const bodyPath = (sha256: string): string => `bodies/${sha256}`;
/** What came of a request to build an environment ahead. */
export const buildRecordPath = (request: string): string => `builds/${request}.json`;
/** Of which bundle or job a request to diagnose is. */
export interface DiagnosisPlace {
  bundle_ref: string;
  request: string;
  job_id?: string;
}
/** Of a request to diagnose; beside its job, so that it goes with it, or by the bundle's digest. */
export function diagnosisPaths({ bundle_ref, request, job_id }: DiagnosisPlace) {
  const digest = bundle_ref.slice(bundle_ref.lastIndexOf(':') + 1);
  const folder = `${job_id === undefined ? `diagnoses/${digest}` : `jobs/${job_id}/diagnoses`}/${request}`;
  return {
    tasks: `${folder}/tasks.json`,
    progress: `${folder}/progress.json`,
    report: `${folder}/diagnosis.json`,
    /** That whoever asked waits no more. */
    givenUp: `${folder}/given-up.json`,
  };
}
export const refusedPrefix = 'refused/';
/** By the day on which the message was put into the queue, in UTC, so that nobody has to list those of all days. */
export const refusedPath = (messageId: string, insertedAt: Date): string =>
  `${refusedPrefix}${insertedAt.toISOString().slice(0, 10)}/${messageId}.json`;

const runFolder = ({ jobId, run }: JobRun): string => `${runsPrefix(jobId)}${run}`;
