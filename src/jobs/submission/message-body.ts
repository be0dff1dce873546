import { createHash } from 'node:crypto';
import type { ContainerClient } from '@azure/storage-blob';
import { createOnce } from '../../azure-backend/create-once.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import { formatMessage } from '../../contracts/message/format-message.js';
import { largestBody } from '../../contracts/message/largest-body.js';
import type { TaskMessage } from '../../contracts/message/task-message.js';
import { bodyPath } from '../job-paths.js';
import { fitsTheQueue, queueText } from './queue-text.js';

/** A message as the queue carries it: whole, or, when it is too large, as a reference to a blob that is written here. */
export async function messageBody(jobs: ContainerClient, message: TaskMessage): Promise<string> {
  const json = queueText(formatMessage(message));
  if (fitsTheQueue(json)) return json;
  const bytes = Buffer.byteLength(json);
  if (bytes > largestBody)
    throw new Error(
      `Cannot send a task whose message has ${bytes} bytes: it must have at most ${largestBody}. Put what is large into the bundle.`,
    );
  const name = bodyPath(createHash('sha256').update(json).digest('hex'));
  await createOnce(jobs, name, json, 'application/json');
  return stringifyJson({ body_ref: name });
}
