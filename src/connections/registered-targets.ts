import type { Bundles } from '../simulation/ports.js';
import type { NamedBundle } from './named-bundle.js';
import { registryTargets } from './registry-targets.js';

/**
 * The targets that a bundle registers, `module:function` by name; of one that is no folder they are looked up in the store.
 *
 * @param bundles where that can be had, if it may be looked into
 * @returns why they are not known instead, a sentence
 */
export async function registeredTargets(
  { ref, folder }: Pick<NamedBundle, 'ref' | 'folder'>,
  bundles: (() => Promise<Bundles>) | undefined,
  signal: AbortSignal,
): Promise<{ registered: Map<string, string> } | { why: string }> {
  const readIn = async (path: string) => {
    const read = await registryTargets(path);
    return 'damage' in read ? { why: read.damage } : read;
  };
  if (folder !== undefined) return readIn(folder);
  if (bundles === undefined) return { why: 'Which targets the bundle registers is not looked up here.' };
  try {
    const bundle = await (await bundles()).ensureLocal(ref, signal);
    try {
      return await readIn(bundle.path);
    } finally {
      await bundle.release();
    }
  } catch (error) {
    if (signal.aborted) throw error;
    return { why: `Whether the bundle registers targets cannot be told from here (${error}).` };
  }
}
