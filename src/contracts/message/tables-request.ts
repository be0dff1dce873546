import type { z } from 'zod';
import { wholeNumberFrom } from '../json/number.js';
import { parseJson } from '../json/parse-json.js';
import { closedObject } from '../validation/closed-object.js';
import { ContractViolation } from '../validation/contract-violation.js';
import { SafeName } from '../validation/safe-name.js';
import { decodeBody } from './decode-body.js';

/** Asks the app to make the tables of a job of which a run has ended, in the queue that requests to expand come through. */
const TablesRequest = closedObject('a request for tables', {
  job_id: SafeName,
  /** The job's latest, which has ended. */
  run: SafeName,
  /** How often they were begun: a maker that dies leaves them to the next one. */
  begun: wholeNumberFrom(0),
});
export type TablesRequest = z.infer<typeof TablesRequest>;

const Message = closedObject('a message of this queue', { tables: TablesRequest });

export function formatTablesRequest(tables: TablesRequest): string {
  return JSON.stringify({ tables });
}

/** @returns undefined when the body is something else */
export function parseTablesRequest(bytes: Uint8Array): TablesRequest | undefined {
  try {
    return Message.safeParse(parseJson(decodeBody(bytes), 'The message')).data?.tables;
  } catch (error) {
    if (error instanceof ContractViolation) return undefined;
    throw error;
  }
}
