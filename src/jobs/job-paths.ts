import type { RunOfJob } from '../simulation/ports.js';

export const jobPath = (jobId: string): string => `jobs/${jobId}/job.json`;
export const tasksPath = (jobId: string): string => `jobs/${jobId}/tasks.jsonl.gz`;
export const runsPrefix = (jobId: string): string => `jobs/${jobId}/runs/`;
export const runPath = (of: RunOfJob): string => `${runFolder(of)}/run.json`;
export const outcomesPrefix = (of: RunOfJob): string => `${runFolder(of)}/outcomes/`;
export const outcomePath = (of: RunOfJob, taskId: string): string => `${outcomesPrefix(of)}${taskId}.json`;
export const logPath = (of: RunOfJob, taskId: string, attempt: string): string =>
  `${runFolder(of)}/logs/${taskId}/${attempt}.log`;
export const eventsPrefix = (of: RunOfJob): string => `${runFolder(of)}/events/`;
export const interruptionPath = (of: RunOfJob, taskId: string, attempt: string): string =>
  `${eventsPrefix(of)}${taskId}/${attempt}.interrupted.json`;
export const bodyPath = (sha256: string): string => `bodies/${sha256}`;
export const refusedPath = (messageId: string): string => `refused/${messageId}.json`;

const runFolder = ({ jobId, run }: RunOfJob): string => `${runsPrefix(jobId)}${run}`;
