import { ConfigurationError } from '../config/configuration-error.js';
import { readRuntimeConfig } from '../config/read-runtime-config.js';
import { hostVersion } from './host-version.js';
import { openWorker } from './open-worker.js';
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
    return { worker: await openWorker(config, hostVersion(), process.env) };
  } catch (error) {
    const refusal =
      error instanceof ConfigurationError
        ? error
        : new ConfigurationError([error instanceof Error ? error.message : String(error)]);
    console.error(`${refusal.message}\nNo tasks are taken from the queue until this is put right.`);
    return { refusal };
  }
}
