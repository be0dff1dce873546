import { setTimeout as sleep } from 'node:timers/promises';
import { describeError } from '../describe-error.js';
import { openStorage } from '../open-storage.js';
import type { Check } from './check.js';

const patienceMs = 10_000;

/** Whether the storage account answers, and lets us in. */
export async function checkStorage(env: NodeJS.ProcessEnv): Promise<Check> {
  if (!env.AZURE_STORAGE_CONNECTION_STRING && !env.MODELOPS_AZURE_STORAGE_ACCOUNT) {
    return {
      name: 'Storage',
      state: 'limited',
      found:
        'no azure_backend: `npm start` and `npm run dev` bring Azurite; for an account of your own set AZURE_STORAGE_CONNECTION_STRING or MODELOPS_AZURE_STORAGE_ACCOUNT',
    };
  }
  try {
    const storage = await openStorage(env);
    const abortSignal = AbortSignal.timeout(patienceMs);
    const answers = Promise.all([
      storage.jobs.exists({ abortSignal }),
      storage.queue.exists({ abortSignal }),
    ]);
    await Promise.race([answers, sleep(patienceMs + 1_000, undefined, { ref: false })]);
    return { name: 'Storage', state: 'ok', found: `${storage.blobs.url} answers` };
  } catch (error) {
    return { name: 'Storage', state: 'missing', found: describeError(error) };
  }
}
