import type { DiagnosisRequest } from '../../contracts/message/diagnosis-request.js';
import { createDiagnosisRecords } from '../../jobs/recording/create-diagnosis-records.js';
import { answerDiagnosisRequest, type DiagnosingWorker } from './answer-diagnosis-request.js';

/** Answers a request to diagnose by what a worker holds; see answer-diagnosis-request.ts. */
export function diagnoseInWorker(
  worker: DiagnosingWorker & { storage: { jobs: Parameters<typeof createDiagnosisRecords>[0] } },
  request: DiagnosisRequest,
  delivery: number,
  signal: AbortSignal,
): Promise<string> {
  const records = createDiagnosisRecords(worker.storage.jobs, request);
  return answerDiagnosisRequest(worker, records, request, delivery, signal);
}
