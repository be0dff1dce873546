import type { z } from 'zod';
import { parseJson } from '../json/parse-json.js';
import { closedObject } from '../validation/closed-object.js';
import { ContractViolation } from '../validation/contract-violation.js';
import { SafeName } from '../validation/safe-name.js';
import { decodeBody } from './decode-body.js';

/** Asks the app to send the messages of a run, in the queue of its own that such requests have. */
const ExpandRequest = closedObject('a request to expand', { job_id: SafeName, run: SafeName });
export type ExpandRequest = z.infer<typeof ExpandRequest>;

const Message = closedObject('a message of this queue', { expand: ExpandRequest });

export function formatExpandRequest(expand: ExpandRequest): string {
  return JSON.stringify({ expand });
}

/** @returns undefined when the body is something else */
export function parseExpandRequest(bytes: Uint8Array): ExpandRequest | undefined {
  try {
    return Message.safeParse(parseJson(decodeBody(bytes), 'The message')).data?.expand;
  } catch (error) {
    if (error instanceof ContractViolation) return undefined;
    throw error;
  }
}
