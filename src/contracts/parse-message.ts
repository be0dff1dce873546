import { ContractViolation } from './contract-violation.js';
import { decodeBody } from './decode-body.js';
import { parseJson } from './parse-json.js';
import { TaskMessage } from './task-message.js';
import { violationOf } from './violation-of.js';

export type ParsedMessage =
  | { ok: true; message: TaskMessage }
  /** `reason` is one sentence that names the field; `field` is empty when the whole message is meant. */
  | { ok: false; field: string; reason: string }
  /** The body stands in the blob of this name, `bodies/<sha256 hex>`. */
  | { bodyRef: string };

/** Reads a message: JSON, base64 of JSON, or a reference to a body. Bad input is an answer, never an exception. */
export function parseMessage(bytes: Uint8Array): ParsedMessage {
  try {
    const body = parseJson(decodeBody(bytes), 'The message');
    if (typeof body === 'object' && body !== null && 'body_ref' in body) return bodyReference(body);
    const parsed = TaskMessage.safeParse(body);
    return parsed.success
      ? { ok: true, message: parsed.data }
      : refusal(violationOf(parsed.error, 'The message'));
  } catch (error) {
    if (error instanceof ContractViolation) return refusal(error);
    throw error;
  }
}

function bodyReference(body: { body_ref: unknown }): ParsedMessage {
  const { body_ref: name } = body;
  if (Object.keys(body).length > 1) {
    return refusal(
      new ContractViolation(['body_ref'], 'must stand alone: put all other fields into the body'),
    );
  }
  if (typeof name !== 'string' || !/^bodies\/[0-9a-f]{64}$/.test(name)) {
    return refusal(
      new ContractViolation(['body_ref'], 'must be "bodies/<64 hex digits>", the SHA-256 of the body'),
    );
  }
  return { bodyRef: name };
}

function refusal({ field, message }: ContractViolation): ParsedMessage {
  return { ok: false, field, reason: message };
}
