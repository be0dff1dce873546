import { parseJson } from '../json/parse-json.js';
import { ContractViolation } from '../validation/contract-violation.js';
import { BuildMessage, type BuildRequest } from './build-request.js';
import { decodeBody } from './decode-body.js';
import { DiagnosisMessage, type DiagnosisRequest } from './diagnosis-request.js';

/** What an app can be asked for that is no task. */
export type AppRequest = { build: BuildRequest } | { diagnose: DiagnosisRequest };

/** The request in a message's body; undefined when it is something else. */
export function parseAppRequest(bytes: Uint8Array): AppRequest | undefined {
  try {
    const body = parseJson(decodeBody(bytes), 'The message');
    return BuildMessage.safeParse(body).data ?? DiagnosisMessage.safeParse(body).data;
  } catch (error) {
    if (error instanceof ContractViolation) return undefined;
    throw error;
  }
}
