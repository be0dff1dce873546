import type { z } from 'zod';
import { parseJson } from '../json/parse-json.js';
import { ContractViolation } from '../validation/contract-violation.js';
import { violationOf } from '../validation/violation-of.js';
import { AggregateMessage } from './aggregate-request.js';
import { aggregationTask } from './aggregation-task.js';
import { BodyReference } from './body-reference.js';
import { BuildMessage } from './build-request.js';
import { decodeBody } from './decode-body.js';
import { DiagnosisMessage } from './diagnosis-request.js';
import { TaskMessage } from './task-message.js';

export type ParsedMessage =
  | { ok: true; message: TaskMessage; reference?: undefined }
  /** `reason` is one sentence that names the field; `field` is empty when the whole message is meant. */
  | { ok: false; field: string; reason: string }
  /** The body stands in a blob. */
  | { ok: true; reference: BodyReference };

/** Reads a message: JSON, base64 of JSON, or a reference to a body. Bad input is an answer, never an exception. */
export function parseMessage(bytes: Uint8Array): ParsedMessage {
  try {
    const body = parseJson(decodeBody(bytes), 'The message');
    if (typeof body === 'object' && body !== null && 'body_ref' in body) {
      const reference = BodyReference.safeParse(body);
      return reference.success ? { ok: true, reference: reference.data } : refusal(reference.error);
    }
    if (typeof body === 'object' && body !== null && 'aggregate' in body) {
      const asked = AggregateMessage.safeParse(body);
      return asked.success
        ? { ok: true, message: aggregationTask(asked.data.aggregate) }
        : refusal(asked.error);
    }
    if (typeof body === 'object' && body !== null && 'build' in body) {
      const { error } = BuildMessage.safeParse(body);
      return refusal(error ?? new ContractViolation(['build'], 'asks for an environment, and is no task'));
    }
    if (typeof body === 'object' && body !== null && 'diagnose' in body) {
      const { error } = DiagnosisMessage.safeParse(body);
      return refusal(error ?? new ContractViolation(['diagnose'], 'asks for a diagnosis, and is no task'));
    }
    const message = TaskMessage.safeParse(body);
    if (!message.success) return refusal(message.error);
    // In the list of a job's tasks the run is not said yet.
    const { job_id: jobId, run, replicate_set: set } = message.data;
    if (set !== undefined && (jobId === undefined || run === undefined))
      throw new ContractViolation(
        ['replicate_set'],
        'is given to a task without a run: say with "job_id" and "run" which tasks are its replicates',
        'The message',
      );
    return { ok: true, message: message.data };
  } catch (error) {
    if (error instanceof ContractViolation) return refusal(error);
    throw error;
  }
}

function refusal(error: z.ZodError | ContractViolation): ParsedMessage {
  const { field, message } = error instanceof ContractViolation ? error : violationOf(error, 'The message');
  return { ok: false, field, reason: message };
}
