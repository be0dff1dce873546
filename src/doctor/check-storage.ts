import { RestError } from '@azure/storage-blob';
import { type OpenStorage, openStorage } from '../connections/open-storage.js';
import type { Check } from '../reporting/check.js';
import { describeError } from '../reporting/describe-error.js';

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
    const asked = [storage.jobs.exists({ abortSignal }), mayLook(storage.queue, abortSignal)] as const;
    const [, looked] = await Promise.all(asked).catch((cause: unknown) => {
      if (!abortSignal.aborted) throw cause;
      const { origin } = new URL(storage.blobs.url);
      throw new Error(
        `Cannot use the storage account at ${origin}: no answer within ${patienceMs / 1000} s. Is it the right one?`,
        { cause },
      );
    });
    return looked
      ? { name: 'Storage', state: 'ok', found: `${storage.blobs.url} answers` }
      : {
          name: 'Storage',
          state: 'limited',
          found: `${storage.blobs.url} answers. You may not look into the queue ${storage.queue.name} (403), which takes the role Storage Queue Data Reader; to submit, Storage Queue Data Message Sender is enough, and whether you have that is seen when you submit`,
        };
  } catch (error) {
    return { name: 'Storage', state: 'missing', found: describeError(error) };
  }
}

/** Who may put messages need not be allowed to look at the queue. */
async function mayLook(queue: OpenStorage['queue'], abortSignal: AbortSignal): Promise<boolean> {
  try {
    await queue.exists({ abortSignal });
    return true;
  } catch (error) {
    if (error instanceof RestError && error.statusCode === 403) return false;
    throw error;
  }
}
