import { describeError } from '../describe-error.js';
import { openStorage } from '../open-storage.js';
import type { Check } from '../terminal/check.js';

/** Whether the storage account answers, and lets us in. */
export async function checkStorage(env: NodeJS.ProcessEnv, patienceMs = 10_000): Promise<Check> {
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
    const asked = [storage.jobs.exists({ abortSignal }), storage.queue.exists({ abortSignal })];
    await Promise.all(asked).catch((cause: unknown) => {
      if (!abortSignal.aborted) throw cause;
      const { origin } = new URL(storage.blobs.url);
      throw new Error(
        `Cannot use the storage account at ${origin}: no answer within ${patienceMs / 1000} s. Is it the right one?`,
        { cause },
      );
    });
    return { name: 'Storage', state: 'ok', found: `${storage.blobs.url} answers` };
  } catch (error) {
    return { name: 'Storage', state: 'missing', found: describeError(error) };
  }
}
