import type { ContainerClient } from '@azure/storage-blob';
import { createOnce } from '../../azure-backend/create-once.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import type { BuildRecord } from '../../contracts/message/build-record.js';
import { buildRecordPath } from '../job-paths.js';

/** Writes down what came of requests to build ahead, each once, where whoever asked looks for it. */
export function recordBuilds(jobs: ContainerClient): (record: BuildRecord) => Promise<void> {
  return async (record) => {
    await createOnce(jobs, buildRecordPath(record.request), stringifyJson(record), 'application/json');
  };
}
