import { parseAppRequest } from '../contracts/message/app-request.js';
import type { DiagnosisRequest } from '../contracts/message/diagnosis-request.js';
import type { Delivery } from './delivery.js';
import { type BuildContext, handleBuildRequest } from './handle-build-request.js';

/** What requests that are no tasks need. */
export interface AppRequestContext {
  builds: BuildContext;
  /** Diagnoses, and writes down what came of it. @returns what that is, a sentence */
  diagnose(request: DiagnosisRequest): Promise<string>;
}

/**
 * Does what a message asks for that is no task.
 *
 * @returns what came of it, a sentence; undefined when the message is something else
 * @throws when that cannot be written down, or the worker goes away: the queue delivers the request again.
 */
export async function handleAppRequest(
  { builds, diagnose }: AppRequestContext,
  { body }: Pick<Delivery, 'body'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const asked = parseAppRequest(body);
  if (asked === undefined) return undefined;
  return 'build' in asked ? handleBuildRequest(builds, asked.build, signal) : diagnose(asked.diagnose);
}
