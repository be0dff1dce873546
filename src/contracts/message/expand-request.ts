import type { z } from 'zod';
import { parseJson } from '../json/parse-json.js';
import { closedObject } from '../validation/closed-object.js';
import { ContractViolation } from '../validation/contract-violation.js';
import { SafeName } from '../validation/safe-name.js';
import { violationOf } from '../validation/violation-of.js';
import { decodeBody } from './decode-body.js';

/** Asks the app to send the messages of a run, in the queue of its own that such requests have. */
const ExpandRequest = closedObject('a request to expand', { job_id: SafeName, run: SafeName });
export type ExpandRequest = z.infer<typeof ExpandRequest>;

const Message = closedObject('a message of this queue', { expand: ExpandRequest });

export function formatExpandRequest(expand: ExpandRequest): string {
  return JSON.stringify({ expand });
}

/** Bad input is an answer, never an exception: one sentence that begins with the field, or with the message when that is meant as a whole. */
export function parseExpandRequest(
  bytes: Uint8Array,
): { ok: true; request: ExpandRequest } | { ok: false; field: string; reason: string } {
  try {
    const { data, error } = Message.safeParse(parseJson(decodeBody(bytes), 'The message'));
    return error ? refusal(violationOf(error, 'The message')) : { ok: true, request: data.expand };
  } catch (error) {
    if (error instanceof ContractViolation) return refusal(error);
    throw error;
  }
}

function refusal({ field, message }: ContractViolation): { ok: false; field: string; reason: string } {
  return { ok: false, field, reason: message };
}
