import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../package/package-root.js';

const model = join(packageRoot, 'src', 'deployment', 'smoke', 'wire.py');

/**
 * A tiny bundle, in a folder of its own.
 *
 * @param requirements a requirements.txt: the bundle then declares its packages, and the app refuses to run it without them
 */
export async function laySmokeBundle(
  requirements?: string,
): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'mops-cold-smoke-'));
  await cp(model, join(folder, 'wire.py'));
  if (requirements !== undefined) await cp(requirements, join(folder, 'requirements.txt'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
