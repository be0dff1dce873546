import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import type { TelemetryPlace } from '../contracts/telemetry/telemetry-place.js';
import { createInstruments } from './create-instruments.js';
import type { Telemetry } from './create-telemetry.js';
import { lineOf } from './line-of.js';
import { passageAttributes } from './passage-attributes.js';
import { startSdk } from './start-sdk.js';
import { tracePassage } from './trace-passage.js';

/** What a worker that leaves gives a collector: of the 5 s that the host allows, giving messages back takes 3. */
const patienceMs = 1_000;

/** Telemetry by the SDK of OpenTelemetry: of each passage its spans, its figures and a line. */
export async function recordTelemetry(place: TelemetryPlace, queueName: string): Promise<Telemetry> {
  const sdk = await startSdk(place);
  const instruments = createInstruments(sdk.meter);
  return {
    observe(passage) {
      const attributes = passageAttributes(passage, place.values);
      const span = tracePassage(sdk.tracer, passage, queueName, attributes);
      instruments.observe(passage);
      sdk.logger.emit({ ...lineOf(passage), attributes, context: trace.setSpan(ROOT_CONTEXT, span) });
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
