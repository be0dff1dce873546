import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { Exporters } from './exporters.js';

/** To a collector. They read the standard variables themselves: endpoints, headers, certificates, timeouts, compression. */
export function otlpExporters(sendingMs?: number): Exporters {
  const options = sendingMs === undefined ? {} : { timeoutMillis: sendingMs };
  return {
    spans: new OTLPTraceExporter(options),
    metrics: new OTLPMetricExporter(options),
    logs: new OTLPLogExporter(options),
  };
}
