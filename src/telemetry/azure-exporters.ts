import {
  AzureMonitorLogExporter,
  AzureMonitorMetricExporter,
  AzureMonitorTraceExporter,
} from '@azure/monitor-opentelemetry-exporter';
import { SpanKind } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { identity } from '../azure-backend/identity.js';
import type { TelemetryPlace } from '../contracts/telemetry/telemetry-place.js';
import type { Exporters } from './exporters.js';

/** To Application Insights, as the app's identity where it asks for one. */
export async function azureExporters({
  connectionString,
  clientId,
}: NonNullable<TelemetryPlace['applicationInsights']>): Promise<Exporters> {
  // The exporter would also send figures about itself to an account of its maker; there is no other way to say no.
  process.env.APPLICATION_INSIGHTS_NO_STATSBEAT ??= 'true';
  const options = {
    connectionString,
    // What cannot be sent would be kept in the temporary folder, where simulations can read it.
    disableOfflineStorage: true,
    ...(clientId === undefined ? {} : { credential: await identity(clientId) }),
  };
  return {
    spans: namingRequests(new AzureMonitorTraceExporter(options)),
    metrics: new AzureMonitorMetricExporter(options),
    logs: new AzureMonitorLogExporter(options),
  };
}

/** A message becomes a request there, and its name is taken from an attribute and from nowhere else. */
function namingRequests(exporter: SpanExporter): SpanExporter {
  const send = exporter.export.bind(exporter);
  exporter.export = (spans, done) => send(spans.map(named), done);
  return exporter;
}

function named(span: ReadableSpan): ReadableSpan {
  if (span.kind !== SpanKind.CONSUMER) return span;
  return Object.create(span, {
    attributes: { value: { ...span.attributes, 'ai.operation.name': span.name } },
  });
}
