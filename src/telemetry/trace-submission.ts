import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { TelemetryPlace } from '../contracts/telemetry/telemetry-place.js';
import { messagingAttributes } from './messaging-attributes.js';
import { startSdk } from './start-sdk.js';

/** A person waits for the command to end. */
const patienceMs = 2_000;

export interface Submission {
  jobId: string;
  tasks: number;
  queueName: string;
}

/**
 * Submits within a span of its own, which the messages name as the one they come from.
 *
 * @param submit is given the traceparent of that span
 */
export async function traceSubmission<T>(
  place: TelemetryPlace,
  { jobId, tasks, queueName }: Submission,
  submit: (traceparent: string) => Promise<T>,
): Promise<T> {
  const sdk = await startSdk(place, { sendingMs: patienceMs });
  const span = sdk.tracer.startSpan(`send ${queueName}`, {
    kind: SpanKind.PRODUCER,
    attributes: {
      ...messagingAttributes('send', queueName),
      'messaging.batch.message_count': tasks,
      'modelops.job.id': jobId,
    },
  });
  const { traceId, spanId, traceFlags } = span.spanContext();
  try {
    return await submit(`00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`);
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute('error.type', error instanceof Error ? error.name : typeof error);
    throw error;
  } finally {
    span.end();
    await sdk.flush(patienceMs);
  }
}
