import { availableParallelism } from 'node:os';
import type { Logger } from '../local-host/logger.js';
import { batchSizeSetting } from './batch-size-setting.js';
import { ownSettings } from './own-settings.js';
import { checkHost, startHost } from './start-host.js';
import { type LocalServices, startLocalServices } from './start-local-services.js';
import { whileHosted } from './while-hosted.js';

export interface LocalAppOptions {
  env: NodeJS.ProcessEnv;
  /** Azure Functions Core Tools instead of the embedded host. */
  func: boolean;
  logger: Logger;
  /** Folder that has the storage again at the next start; in memory when absent. */
  keptIn?: string | undefined;
  /** By default as many as the machine has cores, four at most; or as the environment says it. */
  tasksAtOnce?: number | undefined;
  /** What storage has to have before the app takes tasks from it. @returns settings of the app's own */
  prepare?: (services: LocalServices) => Promise<NodeJS.ProcessEnv>;
}

/** Storage and app on this machine. */
export interface LocalApp extends Pick<LocalServices, 'clientEnv' | 'python' | 'storage' | 'folder'> {
  healthUrl: string;
  tasksAtOnce: number;
}

/**
 * Keeps storage and app running for as long as they are used.
 *
 * @param use gets a signal that is aborted by `signal`, and when the host ends by itself
 * @throws Error when another process has the folder.
 */
export async function withLocalApp<Result>(
  { env, func, logger, keptIn, tasksAtOnce, prepare = async () => ({}) }: LocalAppOptions,
  signal: AbortSignal,
  use: (app: LocalApp, stillHosted: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const settings = ownSettings(env, 'storage');
  await checkHost({ func }, settings);
  const services = await startLocalServices(settings, keptIn);
  try {
    const prepared = await prepare(services);
    signal.throwIfAborted();
    const atOnce =
      tasksAtOnce ?? (Number(services.env[batchSizeSetting]) || Math.min(availableParallelism(), 4));
    const appEnv = { ...services.env, ...prepared, [batchSizeSetting]: String(atOnce) };
    const host = await startHost({ func, env: appEnv, logger }, signal);
    const { clientEnv, python, storage, folder } = services;
    const app = { clientEnv, python, storage, folder, healthUrl: host.healthUrl, tasksAtOnce: atOnce };
    return await whileHosted(host, signal, (stillHosted) => use(app, stillHosted));
  } finally {
    await services.stop();
  }
}
