import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import type { TelemetryPlace } from '../contracts/telemetry/telemetry-place.js';
import { createInstruments } from './create-instruments.js';
import { lineOf } from './line-of.js';
import { observationAttributes } from './observation-attributes.js';
import { startSdk } from './start-sdk.js';
import type { Telemetry } from './telemetry.js';
import { traceObservation } from './trace-observation.js';

/** What a worker that leaves gives a collector: of the 5 s that the host allows, giving messages back takes 3. */
const patienceMs = 1_000;

/** Telemetry by the SDK of OpenTelemetry: of each observation its spans, its figures and a line. */
export async function recordTelemetry(
  place: TelemetryPlace,
  queueName: string,
  toldFile?: string,
): Promise<Telemetry> {
  const sdk = await startSdk(place, { toldFile });
  const instruments = createInstruments(sdk.meter);
  return {
    observe(observation) {
      const attributes = observationAttributes(observation, place.values);
      const span = traceObservation(sdk.tracer, observation, queueName, attributes);
      instruments.observe(observation);
      sdk.logger.emit({ ...lineOf(observation), attributes, context: trace.setSpan(ROOT_CONTEXT, span) });
    },
    recycling(kind, reason) {
      instruments.recycling(kind);
      sdk.logger.emit({
        severityNumber: SeverityNumber.INFO,
        severityText: 'INFO',
        body: `Recycling this worker: ${reason}`,
        attributes: { 'modelops.recycle.reason': kind },
      });
    },
    flush: () => sdk.flush(patienceMs),
  };
}
