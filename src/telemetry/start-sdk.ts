import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { DiagLogLevel, diag, type Meter, type Tracer } from '@opentelemetry/api';
import type { Logger } from '@opentelemetry/api-logs';
import { getNumberFromEnv, setGlobalErrorHandler } from '@opentelemetry/core';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { TelemetryPlace } from '../contracts/telemetry/telemetry-place.js';
import { createTrouble } from './create-trouble.js';
import type { Exporters } from './exporters.js';
import { watchExports } from './watch-exports.js';

export interface Sdk {
  tracer: Tracer;
  meter: Meter;
  logger: Logger;
  /** Sends what has not been sent yet, and waits for what is under way, but not longer than so many milliseconds. */
  flush(patienceMs: number): Promise<void>;
}

const scope = 'modelops-cold-functions';

/**
 * The SDK, and the exporters that the place asks for. What is not sent yet is kept in bounded queues: while a collector is
 * away, the newest is dropped once they are full. Nothing is registered globally but where the SDK says its own trouble.
 *
 * @param sendingMs how long a collector is tried for, when that is not the usual 10 s
 * @param toldFile remembers when it was last said that telemetry is in trouble
 */
export async function startSdk(
  place: TelemetryPlace,
  { sendingMs, toldFile }: { sendingMs?: number; toldFile?: string | undefined },
): Promise<Sdk> {
  const tell = createTrouble(toldFile);
  setGlobalErrorHandler((error) => tell(error instanceof Error ? error.message : String(error)));
  const silent = () => undefined;
  const tellAll = (...parts: unknown[]) => tell(parts.map(String).join(' '));
  diag.setLogger(
    { error: tellAll, warn: tellAll, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );

  const underWay = new Set<Promise<void>>();
  const exporters = await openExporters(place, sendingMs);
  const resource = resourceFromAttributes({
    'service.name': scope,
    'service.instance.id': randomUUID(),
    'process.pid': process.pid,
    ...(place.environment && { 'deployment.environment.name': place.environment }),
  }).merge(detectResources({ detectors: [envDetector] }));
  const tracing = new BasicTracerProvider({
    resource,
    spanProcessors: exporters.map(({ spans }) => new BatchSpanProcessor(watchExports(spans, underWay))),
  });
  const metering = new MeterProvider({
    resource,
    readers: exporters.map(
      ({ metrics }) =>
        new PeriodicExportingMetricReader({
          exporter: watchExports(metrics, underWay),
          exportIntervalMillis: getNumberFromEnv('OTEL_METRIC_EXPORT_INTERVAL') ?? 60_000,
        }),
    ),
  });
  const logging = new LoggerProvider({
    resource,
    processors: exporters.map(({ logs }) => new BatchLogRecordProcessor(watchExports(logs, underWay))),
  });
  return {
    tracer: tracing.getTracer(scope),
    meter: metering.getMeter(scope),
    logger: logging.getLogger(scope),
    async flush(patienceMs) {
      const late = new AbortController();
      const sendAll = async () => {
        const flushed = await Promise.allSettled(
          [tracing, metering, logging].map((provider) => provider.forceFlush()),
        );
        for (const result of flushed) if (result.status === 'rejected') tell(String(result.reason));
        await Promise.all(underWay);
        return true;
      };
      const sent = await Promise.race([
        sendAll(),
        delay(patienceMs, false, { signal: late.signal }).catch(() => false),
      ]);
      late.abort();
      // Whoever flushes is about to leave, before an exporter would have given up and said so.
      if (!sent) tell(`the rest was not taken within ${patienceMs / 1000} s.`);
    },
  };
}

async function openExporters(place: TelemetryPlace, sendingMs?: number): Promise<Exporters[]> {
  const wanted: Promise<Exporters>[] = [];
  if (place.otlp)
    wanted.push(import('./otlp-exporters.js').then((module) => module.otlpExporters(sendingMs)));
  const { applicationInsights } = place;
  if (applicationInsights) {
    const azure = import('./azure-exporters.js');
    wanted.push(azure.then((module) => module.azureExporters(applicationInsights)));
  }
  return Promise.all(wanted);
}
