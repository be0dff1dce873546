import { parseTimeSpan } from './parse-time-span.js';
import { type HostConfiguration, readHostConfiguration } from './read-host-configuration.js';

/** What host.json, with its overrides, says about timeouts and queues. */
export interface HostSettings {
  /** Limit of one invocation in milliseconds; null = unlimited. */
  functionTimeoutMs: number | null;
  queues: {
    /** Messages fetched at a time, 1 to 32. */
    batchSize: number;
    /** The next batch is fetched when no more than this many messages are being processed. */
    newBatchThreshold: number;
    /** Deliveries before a message goes to the poison queue. */
    maxDequeueCount: number;
    /** The longest pause between two looks at an empty queue. */
    maxPollingIntervalMs: number;
    /** How long a message stays hidden after a failed attempt. */
    visibilityTimeoutMs: number;
    messageEncoding: 'base64' | 'none';
  };
}

const defaultFunctionTimeoutMs = 30 * 60_000;
const oneDayMs = 24 * 60 * 60_000;

/**
 * The effective settings of an app: its host.json under the `AzureFunctionsJobHost__…` names of the environment.
 *
 * @throws Error that names the setting, its value and what is allowed.
 */
export function readHostSettings(appFolder: string, env: NodeJS.ProcessEnv): HostSettings {
  const values = readHostConfiguration(appFolder, env);
  const batchSize = integer(values, 'extensions.queues.batchSize', 16, 1, 32);
  return {
    functionTimeoutMs: functionTimeout(values),
    queues: {
      batchSize,
      newBatchThreshold: integer(values, 'extensions.queues.newBatchThreshold', Math.floor(batchSize / 2), 0),
      maxDequeueCount: integer(values, 'extensions.queues.maxDequeueCount', 5, 1),
      maxPollingIntervalMs: timeSpan(values, 'extensions.queues.maxPollingInterval', 60_000, 100),
      visibilityTimeoutMs: timeSpan(values, 'extensions.queues.visibilityTimeout', 0, 0),
      messageEncoding: encoding(values, 'extensions.queues.messageEncoding'),
    },
  };
}

function functionTimeout(values: HostConfiguration): number | null {
  const name = 'functionTimeout';
  const text = lookUp(values, name);
  if (text === undefined) return defaultFunctionTimeoutMs;
  const ms = parseTimeSpan(text);
  if (ms === -oneDayMs) return null;
  if (ms === undefined || ms < 1000) {
    throw invalid(name, text, 'a time of at least one second as hh:mm:ss, or -1 for no limit');
  }
  return ms;
}

function timeSpan(values: HostConfiguration, name: string, absent: number, least: number): number {
  const text = lookUp(values, name);
  if (text === undefined) return absent;
  const ms = parseTimeSpan(text);
  if (ms === undefined || ms < least) throw invalid(name, text, `a time of at least ${least} ms as hh:mm:ss`);
  return ms;
}

function integer(
  values: HostConfiguration,
  name: string,
  absent: number,
  least: number,
  most?: number,
): number {
  const text = lookUp(values, name);
  if (text === undefined) return absent;
  const value = /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < least || (most !== undefined && value > most)) {
    throw invalid(
      name,
      text,
      most === undefined ? `a whole number from ${least}` : `a whole number from ${least} to ${most}`,
    );
  }
  return value;
}

function encoding(values: HostConfiguration, name: string): 'base64' | 'none' {
  const text = lookUp(values, name);
  const value = (text ?? 'base64').toLowerCase();
  if (value !== 'base64' && value !== 'none') throw invalid(name, text ?? '', '"base64" or "none"');
  return value;
}

function lookUp(values: HostConfiguration, name: string): string | undefined {
  return values.get(name.replaceAll('.', ':').toLowerCase());
}

function invalid(name: string, text: string, required: string): Error {
  const override = `AzureFunctionsJobHost__${name.replaceAll('.', '__')}`;
  return new Error(
    `Cannot use the host settings: ${name} is "${text}", it must be ${required}. Change it in host.json or in ${override}.`,
  );
}
