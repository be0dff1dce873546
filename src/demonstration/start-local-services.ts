import { rmSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FoundPython, findPython } from '../environments/find-python.js';
import { type Azurite, startAzurite } from '../local-host/start-azurite.js';

/** What the app needs around it on this machine: storage, Python, and a folder. */
export interface LocalServices {
  python: FoundPython;
  azurite: Azurite;
  /** Temporary; gone when they are stopped. */
  folder: string;
  /** Settings for the app, and for whoever submits to it. */
  env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

/**
 * Finds Python, and starts Azurite.
 *
 * @param settings the environment to start from; folders that it names are used, others are made in `folder`
 */
export async function startLocalServices(settings: NodeJS.ProcessEnv): Promise<LocalServices> {
  const python = await findPython(settings.MODELOPS_PYTHON || 'python3');
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'mops-demo-')));
  const removeNow = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', removeNow); // for an end without stop(), as at a second Ctrl-C
  const remove = async () => {
    await rm(folder, { recursive: true, force: true });
    process.off('exit', removeNow);
  };
  try {
    const azurite = await startAzurite();
    const stop = async () => {
      await azurite.stop();
      await remove();
    };
    return { python, azurite, folder, env: { ...folders(folder), ...settings, ...fixed() }, stop };

    function fixed(): NodeJS.ProcessEnv {
      return {
        AzureWebJobsStorage: azurite.connectionString,
        AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString,
        MODELOPS_PYTHON: python.python,
      };
    }
  } catch (error) {
    await remove();
    throw error;
  }
}

function folders(folder: string): NodeJS.ProcessEnv {
  return {
    MODELOPS_BUNDLES_CACHE_DIR: join(folder, 'cache'),
    MODELOPS_SCRATCH_DIR: join(folder, 'scratch'),
  };
}
