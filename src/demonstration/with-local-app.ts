import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '../local-host/logger.js';
import { batchSizeSetting } from './batch-size-setting.js';
import { type DemoModel, demoModel } from './demo-model.js';
import { ownSettings } from './own-settings.js';
import { checkHost, startHost } from './start-host.js';
import { startLocalServices } from './start-local-services.js';
import { whileHosted } from './while-hosted.js';

/** Storage and app on this machine, with a model to try. */
export interface LocalApp {
  /** Settings by which `submit` and the others reach it. */
  clientEnv: NodeJS.ProcessEnv;
  healthUrl: string;
  model: DemoModel;
}

/**
 * Keeps storage and app running for as long as they are used.
 *
 * @param use gets a signal that is aborted by `signal`, and when the host ends by itself
 */
export async function withLocalApp(
  { env, func, logger }: { env: NodeJS.ProcessEnv; func: boolean; logger: Logger },
  signal: AbortSignal,
  use: (app: LocalApp, stillHosted: AbortSignal) => Promise<void>,
): Promise<void> {
  const settings = ownSettings(env, 'storage');
  await checkHost({ func }, settings);
  const services = await startLocalServices(settings);
  try {
    const model = await demoModel(services, signal);
    signal.throwIfAborted();
    const appEnv = { [batchSizeSetting]: String(Math.min(availableParallelism(), 4)), ...services.env };
    const host = await startHost({ func, env: appEnv, logger }, signal);
    // A cache of its own: what the app has not fetched from the store, it does not have.
    const clientEnv = { ...appEnv, MODELOPS_BUNDLES_CACHE_DIR: join(services.folder, 'client-cache') };
    const { healthUrl } = host;
    await whileHosted(host, signal, (stillHosted) => use({ clientEnv, healthUrl, model }, stillHosted));
  } finally {
    await services.stop();
  }
}
