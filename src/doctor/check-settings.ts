import { ConfigurationError } from '../config/configuration-error.js';
import { readAzureBackend } from '../config/read-azure-backend.js';
import { readRuntimeConfig } from '../config/read-runtime-config.js';
import { readSettings } from '../config/read-settings.js';
import type { Check } from '../reporting/check.js';
import { describeError } from '../reporting/describe-error.js';

/** Settings that are wrong, and settings without effect. That there is no storage yet is said by another check. */
export function checkSettings(env: NodeJS.ProcessEnv): Check[] {
  try {
    const { settings, withoutEffect } = readSettings(env);
    if (hasBackend(() => readAzureBackend(settings))) readRuntimeConfig(env);
    return [
      { name: 'Settings', state: 'ok', found: `executor ${settings.MODELOPS_EXECUTOR_TYPE}` },
      ...withoutEffect.map((what): Check => ({ name: 'Without effect', state: 'limited', found: what })),
    ];
  } catch (error) {
    const problems = error instanceof ConfigurationError ? error.problems : [describeError(error)];
    return problems.map((problem) => ({ name: 'Settings', state: 'missing', found: problem }));
  }
}

function hasBackend(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof ConfigurationError) return false;
    throw error;
  }
}
