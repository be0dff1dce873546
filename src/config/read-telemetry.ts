import type { TelemetryPlace } from '../contracts/telemetry/telemetry-place.js';
import { ConfigurationError } from './configuration-error.js';
import type { Settings } from './settings.js';
import { TelemetrySettings } from './telemetry-settings.js';

/**
 * Where telemetry goes; undefined when nowhere. Apart from the other settings, because a person's shell can hold what
 * another tool needs: that stops who sends telemetry, and nobody else.
 *
 * @throws ConfigurationError. It repeats no value: an endpoint or a connection string can hold a key.
 */
export function readTelemetry(env: NodeJS.ProcessEnv, settings: Settings): TelemetryPlace | undefined {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value));
  const wanted =
    given.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined ||
    given.APPLICATIONINSIGHTS_CONNECTION_STRING !== undefined;
  if (!wanted || TelemetrySettings.shape.OTEL_SDK_DISABLED.parse(given.OTEL_SDK_DISABLED)) return undefined;

  const parsed = TelemetrySettings.safeParse(given);
  if (!parsed.success) {
    const remedy = 'Put it right, or set OTEL_SDK_DISABLED=true to send nothing.';
    throw new ConfigurationError(
      parsed.error.issues.map(({ path, message }) => `${String(path[0])} ${message}. ${remedy}`),
    );
  }
  const {
    OTEL_EXPORTER_OTLP_ENDPOINT: otlp,
    APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString,
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: authentication,
  } = parsed.data;
  return {
    otlp: otlp !== undefined,
    ...(connectionString && {
      applicationInsights: {
        connectionString,
        ...(authentication && { clientId: /ClientId=([^;]+)/.exec(authentication)?.[1] ?? '' }),
      },
    }),
    values: settings.MODELOPS_TELEMETRY_VALUES,
    environment: settings.MODELOPS_ENV,
  };
}
