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
type Leak = z.infer<typeof Leak>;

/**
 * Checks a share of the tasks that reuse processes. What was found of a bundle is kept as a blob, which every worker learns of by one
 * listing in five seconds while it has such tasks; who removes the blob lets processes be reused again.
 *
 * @param percent of the tasks, chosen by their ids, so that it is the same ones on every machine
 */
export function createWarmGuard(container: ContainerClient, percent: number, everyMs = pauseMs): WarmGuard {
  /** By blob: the reason. */
  let found = new Map<string, string>();
  /** What this worker found and no listing has told yet. */
  const own = new Map<string, { leak: Leak; isStored: boolean }>();
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
    for (const name of own.keys()) await store(name);
    const listable = [...own].filter(([, { isStored }]) => isStored).map(([name]) => name);
    const now = new Map<string, string>();
    for await (const { name } of unlessMissing(container.listBlobsFlat({ prefix: leaksPrefix }))) {
      const reason = found.get(name) ?? (await readReason(name));
      if (reason !== undefined) now.set(name, reason);
    }
    for (const name of listable) own.delete(name);
    for (const [name, { leak }] of own) now.set(name, leak.reason);
    found = now;
  }

  /** @returns undefined where the blob was removed meanwhile */
  async function readReason(name: string): Promise<string | undefined> {
    const text = await readTextBlob(container, name);
    if (text === undefined) return undefined;
    try {
      return parseDocument(Leak, text, name).reason;
    } catch (error) {
      // Its name says all that is needed.
      const reason = `Its bundle is held to leak state from task to task: there is ${name} in the jobs container.`;
      console.warn(`${reason} Why cannot be read: ${String(error)}`);
      return reason;
    }
  }

  async function store(name: string): Promise<void> {
    const each = own.get(name);
    if (each === undefined || each.isStored) return;
    const text = JSON.stringify(each.leak);
    try {
      await container.getBlockBlobClient(name).upload(text, Buffer.byteLength(text), {
        blobHTTPHeaders: { blobContentType: 'application/json' },
      });
      each.isStored = true;
    } catch (error) {
      console.warn(
        `Cannot store ${name}: ${String(error)} Only this worker runs the tasks of ${each.leak.bundle} cold, until it can.`,
      );
    }
  }

  return {
    checks: (taskId) => (Number.parseInt(taskId.slice(0, 8), 16) / 2 ** 32) * 100 < percent,
    known: lookout.known,
    reasonFor: (digest) => found.get(leakPath(digest)),
    async accuse(digest, reason, taskId) {
      console.error(`${reason} (MODELOPS_WARM_GUARD)`);
      const leak = { bundle: digest, reason, task_id: taskId, found_at: new Date().toISOString() };
      found.set(leakPath(digest), reason);
      own.set(leakPath(digest), { leak, isStored: false });
      await store(leakPath(digest));
    },
  };
}
