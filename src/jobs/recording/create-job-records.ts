import { createHash } from 'node:crypto';
import type { ContainerClient } from '@azure/storage-blob';
import { blobReference } from '../../azure-backend/blob-reference.js';
import { BlobTooLarge } from '../../azure-backend/blob-too-large.js';
import { createOnce } from '../../azure-backend/create-once.js';
import { putFile } from '../../azure-backend/put-file.js';
import { putFiles } from '../../azure-backend/put-files.js';
import { readBlob } from '../../azure-backend/read-blob.js';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import { largestBody } from '../../contracts/message/largest-body.js';
import { encodeArtifactName } from '../../contracts/result/artifact-name.js';
import { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import { BodyUnavailable } from '../../simulation/body-unavailable.js';
import type { JobRecords } from '../../simulation/ports.js';
import {
  aggregationPath,
  bodyPath,
  buildPath,
  interruptionPath,
  logPath,
  outcomePath,
  partialPrefix,
  refusedPath,
} from '../job-paths.js';

const json = 'application/json';

import { countFailure } from './count-failure.js';
import { outcomeMetadata } from './outcome-metadata.js';

/** What the worker writes about tasks, in the jobs container. Every record is created once and never changed. */
export function createJobRecords(container: ContainerClient): JobRecords {
  return {
    async recordOutcome(record) {
      const { aggregation } = record;
      const pathOf = aggregation ? aggregationPath : outcomePath;
      const blobName = pathOf({ jobId: record.job_id, run: record.run }, record.task_id);
      return createOnce(container, blobName, stringifyJson(record), json, outcomeMetadata(record));
    },

    async findOutcome(run, taskId, kind) {
      const path = (kind === 'aggregation' ? aggregationPath : outcomePath)(run, taskId);
      const text = await readTextBlob(container, path);
      return text === undefined ? undefined : parseDocument(OutcomeRecord, text, `The outcome ${path}`);
    },

    countFailure: countFailure(container),

    async putLog(run, taskId, attempt, path, abortSignal) {
      const blobName = logPath(run, taskId, attempt);
      await putFile(container, blobName, path, { contentType: 'text/plain; charset=utf-8' }, abortSignal);
      return blobReference(container.containerName, blobName);
    },

    putPartial(run, taskId, attempt, files) {
      const prefix = partialPrefix(run, taskId, attempt);
      return putFiles(container, files, (name) => `${prefix}${encodeArtifactName(name)}`);
    },

    async recordBuild(run, taskId, attempt, state) {
      const event = { task_id: taskId, attempt, event: state, at: new Date().toISOString() };
      await createOnce(container, buildPath(run, taskId, attempt, state), stringifyJson(event), json);
    },

    async recordInterruption(run, taskId, attempt, reason) {
      const event = { task_id: taskId, attempt, event: 'interrupted', reason, at: new Date().toISOString() };
      await createOnce(container, interruptionPath(run, taskId, attempt), stringifyJson(event), json);
    },

    async refuse({ messageId, why, reason, field, body, receivedAt, insertedAt, dequeueCount }) {
      const refused = {
        message_id: messageId,
        why,
        reason,
        field,
        body: textOf(body),
        body_base64: Buffer.from(body).toString('base64'),
        received_at: receivedAt.toISOString(),
        dequeue_count: dequeueCount,
      };
      const path = refusedPath(messageId, insertedAt ?? receivedAt);
      await createOnce(container, path, stringifyJson(refused), json, { why });
    },

    async readBody(name) {
      const body = await readBlob(container, name, largestBody).catch((error: unknown) => {
        if (!(error instanceof BlobTooLarge)) throw error;
        throw new BodyUnavailable(
          `Cannot read the message's body "${name}": it has ${error.bytes} bytes, and at most ${largestBody} are read. Put what is large into the bundle, and submit the task again.`,
          { cause: error },
        );
      });
      if (body === undefined) {
        throw new BodyUnavailable(
          `Cannot read the message's body: there is no blob "${name}" in the container "${container.containerName}". Submit the task again.`,
        );
      }
      const sha256 = createHash('sha256').update(body).digest('hex');
      if (bodyPath(sha256) !== name) {
        throw new BodyUnavailable(
          `Cannot use the message's body "${name}": its content has the SHA-256 ${sha256}.`,
        );
      }
      return body;
    },
  };
}

/** The body as text where it is text; the base64 beside it is exact in any case. */
function textOf(body: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: false }).decode(body);
}
