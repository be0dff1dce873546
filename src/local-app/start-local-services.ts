import { rmSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FoundPython, findPython } from '../environments/find-python.js';
import { type LocalStorage, startLocalStorage } from './start-local-storage.js';

/** What the app needs around it on this machine: storage, Python, and a folder. */
export interface LocalServices {
  python: FoundPython;
  storage: LocalStorage;
  /** Temporary; gone when they are stopped. */
  folder: string;
  /** Settings for the app. */
  env: NodeJS.ProcessEnv;
  /** Settings for whoever submits to it: those alone that are the same at the next start. */
  clientEnv: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

/**
 * Finds Python, and starts storage.
 *
 * @param settings the environment to start from; folders that it names are used, others are made
 * @param keptIn folder of the storage, and of the bundles that the app has unpacked; everything is temporary when absent
 * @throws Error when another process has the folder.
 */
export async function startLocalServices(
  settings: NodeJS.ProcessEnv,
  keptIn?: string,
): Promise<LocalServices> {
  const python = await findPython(settings.MODELOPS_PYTHON || 'python3');
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'mops-demo-')));
  const removeNow = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', removeNow); // for an end without stop(), as at a second Ctrl-C
  const remove = async () => {
    await rm(folder, { recursive: true, force: true });
    process.off('exit', removeNow);
  };
  try {
    const storage = await startLocalStorage(keptIn);
    const stop = async () => {
      await storage.stop();
      await remove();
    };
    const clientEnv = {
      ...settings,
      AzureWebJobsStorage: storage.connectionString,
      AZURE_STORAGE_CONNECTION_STRING: storage.connectionString,
      MODELOPS_PYTHON: python.python,
    };
    const folders = {
      MODELOPS_BUNDLES_CACHE_DIR: join(keptIn ?? folder, 'cache'),
      MODELOPS_SCRATCH_DIR: join(folder, 'scratch'),
    };
    return { python, storage, folder, env: { ...folders, ...clientEnv }, clientEnv, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}
