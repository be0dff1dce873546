import type { ContainerClient } from '@azure/storage-blob';
import { z } from 'zod';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import type { WarmGuard } from '../../simulation/ports.js';
import { createLookout } from '../create-lookout.js';
import { leakPath, leaksPrefix } from '../job-paths.js';
import { unlessMissing } from '../unless-missing.js';

/** How long another worker may go on reusing processes for a bundle that was found to leak. */
const pauseMs = 5_000;

const Leak = z.object({ bundle: z.string(), reason: z.string(), task_id: z.string(), found_at: z.string() });

/**
 * Checks a share of the tasks that reuse processes. What was found of a bundle is kept as a blob, which every worker learns of by one
 * listing in five seconds while it has such tasks; who removes the blob lets processes be reused again.
 *
 * @param percent of the tasks, chosen by their ids, so that it is the same ones on every machine
 */
export function createWarmGuard(container: ContainerClient, percent: number, everyMs = pauseMs): WarmGuard {
  let found = new Map<string, z.infer<typeof Leak>>();
  const lookout = createLookout(
    {
      list,
      told: async () => undefined,
      isNeeded: () => false,
      trouble: 'Which bundles leak cannot be told now',
    },
    everyMs / 2,
  );

  async function list(): Promise<void> {
    const now = new Map<string, z.infer<typeof Leak>>();
    for await (const { name } of unlessMissing(container.listBlobsFlat({ prefix: leaksPrefix }))) {
      const known = found.get(name) ?? (await readLeak(name));
      if (known) now.set(name, known);
    }
    found = now;
  }

  async function readLeak(name: string): Promise<z.infer<typeof Leak> | undefined> {
    const text = await readTextBlob(container, name);
    return text === undefined ? undefined : parseDocument(Leak, text, name); // removed meanwhile
  }

  return {
    checks: (taskId) => (Number.parseInt(taskId.slice(0, 8), 16) / 2 ** 32) * 100 < percent,
    known: lookout.known,
    reasonFor: (digest) => found.get(leakPath(digest))?.reason,
    async accuse(digest, reason, taskId) {
      console.error(`${reason} (MODELOPS_WARM_GUARD)`);
      const leak = { bundle: digest, reason, task_id: taskId, found_at: new Date().toISOString() };
      found.set(leakPath(digest), leak);
      const text = JSON.stringify(leak);
      await container.getBlockBlobClient(leakPath(digest)).upload(text, Buffer.byteLength(text), {
        blobHTTPHeaders: { blobContentType: 'application/json' },
      });
    },
  };
}
