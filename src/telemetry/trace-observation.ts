import {
  type Attributes,
  type Context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import type { Observation } from '../simulation/observation.js';
import type { TimedStage } from '../simulation/stopwatch.js';
import { messagingAttributes } from './messaging-attributes.js';

/**
 * The spans of an observation, written when it is over: one for the message, in the trace that it names, and below it one for
 * each stage, with the parts of a stage below that.
 *
 * @returns the one for the message
 */
export function traceObservation(
  tracer: Tracer,
  observation: Observation,
  queueName: string,
  attributes: Attributes,
): Span {
  const queue = observation.queue === 'poison' ? `${queueName}-poison` : queueName;
  const span = tracer.startSpan(
    `process ${queue}`,
    {
      kind: SpanKind.CONSUMER,
      startTime: observation.arrivedAt,
      attributes: { ...messagingAttributes('process', queue), ...attributes },
      links: linkTo(observation.delivery.hostTraceparent),
    },
    remote(observation.invocation?.task.traceparent),
  );
  traceStages(tracer, observation, trace.setSpan(ROOT_CONTEXT, span));
  if (!wentWell(observation.ended)) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(observation.arrivedAt + observation.tookMs);
  return span;
}

function traceStages(tracer: Tracer, { stages, arrivedAt }: Observation, message: Context): void {
  let within = message;
  for (const stage of stages) {
    const span = startStage(tracer, stage, arrivedAt, stage.partOf === undefined ? message : within);
    // Its parts follow it.
    if (stage.partOf === undefined) within = trace.setSpan(ROOT_CONTEXT, span);
  }
}

function startStage(tracer: Tracer, stage: TimedStage, arrivedAt: number, parent: Context): Span {
  const startTime = arrivedAt + stage.begunMs;
  const span = tracer.startSpan(stage.name, { startTime }, parent);
  if (stage.failed) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(startTime + stage.tookMs);
  return span;
}

function wentWell(ended: Observation['ended']): boolean {
  return 'result' in ended && ended.result.outcome === 'succeeded';
}

/** The context that a traceparent names; without one a new trace begins. */
function remote(traceparent: string | undefined): Context {
  const parent = traceparent === undefined ? null : parseTraceParent(traceparent);
  return parent ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }) : ROOT_CONTEXT;
}

/** The host traces its invocations by itself: from here one finds it. */
function linkTo(traceparent: string | undefined): Link[] {
  const context = traceparent === undefined ? null : parseTraceParent(traceparent);
  return context ? [{ context }] : [];
}
