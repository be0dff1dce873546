import { randomBytes, randomUUID } from 'node:crypto';
import type { InvocationRequest, ParameterBinding, TypedData } from './rpc.js';

/** A request for one invocation, with an id and a trace of its own. */
export function newInvocationRequest(
  functionId: string,
  input: ParameterBinding,
  metadata: Record<string, TypedData> = {},
): InvocationRequest {
  const traceParent = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`;
  return {
    invocationId: randomUUID(),
    functionId,
    inputData: [input],
    triggerMetadata: metadata,
    traceContext: { traceParent, traceState: '', attributes: {} },
  };
}
