/** Where telemetry goes, and what it may say. */
export interface TelemetryPlace {
  /** To the collector that the standard `OTEL_EXPORTER_OTLP_…` variables describe. */
  otlp: boolean;
  applicationInsights?: {
    /** Says where; with local authentication off it lets nobody in. */
    connectionString: string;
    /** Who sends: the identity with this client id, the system-assigned one when empty; nobody is asked for when absent. */
    clientId?: string;
  };
  /** Whether it may tell parameter values, seeds and what a simulation's errors say. */
  values: boolean;
  /** Name of the deployment. */
  environment: string | undefined;
}
