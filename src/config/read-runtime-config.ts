import type { AzureBackend } from '../azure-backend/azure-backend.js';
import type { ExecutorName } from '../contracts/attestation.js';
import { type HostSettings, readHostSettings } from '../host-settings.js';
import { packageRoot } from '../package-root.js';
import { ConfigurationError } from './configuration-error.js';
import { readAzureBackend } from './read-azure-backend.js';
import { readSettings } from './read-settings.js';
import type { Settings } from './settings.js';

export interface RuntimeConfig {
  executor: ExecutorName;
  settings: Settings;
  taskTimeoutMs: number;
  azureBackend: AzureBackend;
  host: HostSettings;
  withoutEffect: string[];
}

/**
 * What the worker runs with, from the environment and host.json.
 *
 * @throws ConfigurationError with every problem found.
 */
export function readRuntimeConfig(env: NodeJS.ProcessEnv, appFolder: string = packageRoot): RuntimeConfig {
  const { settings, withoutEffect } = readSettings(env);
  const azureBackend = readAzureBackend(settings);
  const host = readHostSettings(appFolder, env);
  const executor = settings.MODELOPS_EXECUTOR_TYPE;
  const taskTimeoutMs = settings.MODELOPS_TASK_TIMEOUT_SECONDS * 1000;

  const problems: string[] = [];
  if (executor === 'direct' && settings.MODELOPS_ENV !== 'test') {
    problems.push(
      'MODELOPS_EXECUTOR_TYPE is "direct", which isolates nothing and is for tests: use "cold", or set MODELOPS_ENV=test.',
    );
  }
  if (host.functionTimeoutMs === null) {
    problems.push(
      'functionTimeout in host.json is unlimited: a hung invocation would never end; give it a limit.',
    );
  } else if (taskTimeoutMs >= host.functionTimeoutMs) {
    problems.push(
      `MODELOPS_TASK_TIMEOUT_SECONDS is ${settings.MODELOPS_TASK_TIMEOUT_SECONDS} and functionTimeout ${host.functionTimeoutMs / 1000} s: the task's limit must be below it, with time left for the upload; raise functionTimeout in host.json or lower the task's limit.`,
    );
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { executor, settings, taskTimeoutMs, azureBackend, host, withoutEffect };
}
