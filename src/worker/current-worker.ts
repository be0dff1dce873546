import { join } from 'node:path';
import { ConfigurationError } from '../config/configuration-error.js';
import { environmentOptions } from '../config/environment-options.js';
import { type RuntimeConfig, readRuntimeConfig } from '../config/read-runtime-config.js';
import { type BundleEnvironments, createEnvironments } from '../environments/create-environments.js';
import { hostVersion } from './host-version.js';
import type { Worker } from './worker.js';

/**
 * The worker that this process is, or why it takes no work. A worker that cannot be configured registers no queue
 * trigger, so that the messages stay where they are until somebody has put the configuration right.
 */
export const currentWorker: { worker: Worker } | { refusal: ConfigurationError } = await open();

async function open(): Promise<typeof currentWorker> {
  try {
    const config = readRuntimeConfig(process.env);
    for (const line of config.withoutEffect) console.warn(`Setting without effect: ${line}.`);
    const environments = environmentsOf(config);
    // Python says who it is while the rest of the code is loaded. Without one no task could run, and every one would be
    // recorded as failed: better not to take any.
    const [python, { openWorker }] = await Promise.all([environments.base(), import('./open-worker.js')]);
    const worker = await openWorker(config, { environments, python }, hostVersion(), process.env);
    // Nobody waits for it.
    void environments.removeRubbish().catch((error: unknown) => {
      console.warn(`What is left of killed builds stays: ${error}`);
    });
    return { worker };
  } catch (error) {
    const refusal =
      error instanceof ConfigurationError
        ? error
        : new ConfigurationError([error instanceof Error ? error.message : String(error)]);
    console.error(`${refusal.message}\nNo tasks are taken from the queue until this is put right.`);
    return { refusal };
  }
}

function environmentsOf(config: RuntimeConfig): BundleEnvironments {
  const { settings } = config;
  const { build, ...options } = environmentOptions(settings);
  const resolutions = async () => (await import('./open-resolutions.js')).openResolutions(config);
  const store = {
    open: async () => (await import('./open-environments.js')).openEnvironments(config, process.env),
    warn: (sentence: string) => console.warn(sentence),
  };
  return createEnvironments({
    ...options,
    ...(build && { build: { ...build, resolutions, store } }),
    memory: join(settings.MODELOPS_SCRATCH_DIR, 'python.json'),
  });
}
