import type { ContainerClient } from '@azure/storage-blob';
import { createOnce } from '../../azure-backend/create-once.js';
import { putBlob } from '../../azure-backend/put-blob.js';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import {
  type DiagnosisProgress,
  type DiagnosisRecord,
  DiagnosisTasks,
} from '../../contracts/message/diagnosis-record.js';
import type { DiagnosisRequest } from '../../contracts/message/diagnosis-request.js';
import type { SimTask } from '../../contracts/task/sim-task.js';
import { type DiagnosisPlace, diagnosisPaths } from '../job-paths.js';

/** What the app reads and writes of one request to diagnose. */
export interface DiagnosisRecords {
  /** @throws Error when they are not there */
  tasks(): Promise<SimTask[]>;
  tell(progress: DiagnosisProgress): Promise<void>;
  /** Whether whoever asked waits no more. */
  isGivenUp(): Promise<boolean>;
  /** Created once; the first one stays. */
  record(record: DiagnosisRecord): Promise<void>;
}

const json = 'application/json';

export function createDiagnosisRecords(
  jobs: ContainerClient,
  request: DiagnosisPlace & Pick<DiagnosisRequest, 'bundle_ref'>,
): DiagnosisRecords {
  const paths = diagnosisPaths(request);
  return {
    async tasks() {
      const text = await readTextBlob(jobs, paths.tasks);
      if (text === undefined) throw new Error(`Cannot diagnose: its tasks, ${paths.tasks}, are not there.`);
      const { tasks } = parseDocument(DiagnosisTasks, text, 'The list of tasks');
      // Whatever is said there: one request is about one bundle.
      return tasks.map((task) => ({ ...task, bundle_ref: request.bundle_ref }));
    },
    tell: (progress) =>
      putBlob(jobs, paths.progress, Buffer.from(stringifyJson(progress)), { contentType: json }),
    isGivenUp: async () => (await readTextBlob(jobs, paths.givenUp)) !== undefined,
    async record(record) {
      await createOnce(jobs, paths.report, stringifyJson(record), json);
    },
  };
}
