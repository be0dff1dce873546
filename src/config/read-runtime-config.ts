import type { AzureBackend } from '../azure-backend/azure-backend.js';
import type { BundlePlace } from '../contracts/bundle/bundle-place.js';
import type { ExecutorName } from '../contracts/task/executor.js';
import type { TelemetryPlace } from '../contracts/telemetry/telemetry-place.js';
import { type HostSettings, readHostSettings } from '../host-settings/read-host-settings.js';
import { packageRoot } from '../package/package-root.js';
import { ConfigurationError } from './configuration-error.js';
import { passedVariables } from './passed-variables.js';
import { readAzureBackend } from './read-azure-backend.js';
import { readBundlePlace, settingsOfOtherPlaces } from './read-bundle-place.js';
import { readSettings } from './read-settings.js';
import { readTelemetry } from './read-telemetry.js';
import type { Settings } from './settings.js';
import { timeoutSetBy } from './timeout-set-by.js';

export interface RuntimeConfig {
  executor: ExecutorName;
  settings: Settings;
  taskTimeoutMs: number;
  /** How whoever reads of the time limit has set it, where that was not by the setting. */
  taskTimeoutSetBy: string | undefined;
  azureBackend: AzureBackend;
  bundlePlace: BundlePlace;
  /** Undefined when none is sent. */
  telemetry: TelemetryPlace | undefined;
  host: HostSettings;
  withoutEffect: string[];
}

/**
 * What the worker runs with, from the environment and host.json.
 *
 * @throws ConfigurationError with every problem found.
 */
export function readRuntimeConfig(env: NodeJS.ProcessEnv, appFolder: string = packageRoot): RuntimeConfig {
  const problems: string[] = [];
  const read = <T>(what: () => T): T | undefined => {
    try {
      return what();
    } catch (error) {
      problems.push(...problemsOf(error));
      return undefined;
    }
  };
  const host = read(() => readHostSettings(appFolder, env));
  const { settings, withoutEffect } = read(() => readSettings(env)) ?? {};
  const azureBackend = settings && read(() => readAzureBackend(settings));
  const bundlePlace = settings && read(() => readBundlePlace(settings));
  const telemetry = settings && read(() => readTelemetry(env, settings));
  if (settings) read(() => passedVariables(settings, env));
  if (settings)
    problems.push(...executorProblems(settings), ...(host ? timeoutProblems(settings, host, env) : []));
  if (problems.length > 0 || !settings || !withoutEffect || !azureBackend || !bundlePlace || !host) {
    throw new ConfigurationError(problems);
  }
  return {
    executor: settings.MODELOPS_EXECUTOR_TYPE,
    settings,
    taskTimeoutMs: settings.MODELOPS_TASK_TIMEOUT_SECONDS * 1000,
    taskTimeoutSetBy: env[timeoutSetBy],
    azureBackend,
    bundlePlace,
    telemetry,
    host,
    withoutEffect: [...withoutEffect, ...settingsOfOtherPlaces(settings, bundlePlace)],
  };
}

function problemsOf(error: unknown): string[] {
  if (error instanceof ConfigurationError) return error.problems;
  return [error instanceof Error ? error.message : String(error)];
}

function executorProblems({
  MODELOPS_EXECUTOR_TYPE: executor,
  MODELOPS_ENV: deployment,
}: Settings): string[] {
  if (executor !== 'direct' || deployment === 'test') return [];
  return [
    'MODELOPS_EXECUTOR_TYPE is "direct", which isolates nothing and is for tests: use "cold", or set MODELOPS_ENV=test.',
  ];
}

function timeoutProblems(
  { MODELOPS_TASK_TIMEOUT_SECONDS: limit }: Settings,
  host: HostSettings,
  { [timeoutSetBy]: name = 'MODELOPS_TASK_TIMEOUT_SECONDS' }: NodeJS.ProcessEnv,
): string[] {
  if (host.functionTimeoutMs === null) {
    return ['functionTimeout in host.json is unlimited: a hung invocation would never end; give it a limit.'];
  }
  if (limit * 1000 < host.functionTimeoutMs) return [];
  return [
    `${name} is ${limit} and functionTimeout ${host.functionTimeoutMs / 1000} s: the task's limit must be below it, with time left for the upload; raise functionTimeout in host.json or lower the task's limit.`,
  ];
}
