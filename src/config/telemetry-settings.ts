import { z } from 'zod';

// A timer of Node that is to take longer ends at once.
const longestTimerMs = 2 ** 31 - 1;

/** Variables of OpenTelemetry and Application Insights that are read here; those of OpenTelemetry's SDK hold as well. */
export const TelemetrySettings = z.object({
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'must be a URL, as in http://localhost:4318' })
    .optional()
    .describe('URL of an OpenTelemetry collector: sends it traces, metrics and logs, as protobuf over HTTP.'),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .literal('http/protobuf', {
      error: 'must be http/protobuf, the only way of sending that is built in, or absent',
    })
    .optional()
    .describe('Only `http/protobuf`.'),
  OTEL_METRIC_EXPORT_INTERVAL: z
    .string()
    .refine((text) => /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= longestTimerMs, {
      error: `must be a whole number of milliseconds from 1 to ${longestTimerMs}`,
    })
    .optional()
    .describe('Milliseconds between two sendings of metrics. Default: 60000.'),
  OTEL_SDK_DISABLED: z
    .string()
    .optional()
    .transform((text) => /^true$/i.test(text ?? ''))
    .describe('`true`: nothing is sent, whatever else is set.'),
  APPLICATIONINSIGHTS_CONNECTION_STRING: z
    .string()
    .regex(
      /(^|;)\s*InstrumentationKey=[0-9a-f-]{36}\s*(;|$)/i,
      'is no connection string: it must hold InstrumentationKey=<36 hex digits and hyphens>',
    )
    .optional()
    .describe('Application Insights: where telemetry is sent.'),
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: z
    .string()
    .regex(
      /^(?=.*\bAuthorization=AAD\b)((ClientId=[^;]+|Authorization=AAD);?)+$/,
      'must be Authorization=AAD or ClientId=<client id>;Authorization=AAD',
    )
    .optional()
    .describe(
      'Application Insights: send as the managed identity, `Authorization=AAD` or `ClientId=…;Authorization=AAD`.',
    ),
});
