import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../package/package-root.js';
import { copyBundle } from '../runner/place/working-copy.js';
import type { LocalBundle } from '../simulation/ports.js';

/** The Python side of the bench. */
export const pythonSources = join(packageRoot, 'src', 'benchmark', 'python');

const wrapper = 'mops_cold_bench_wire.py';

/** Copies a bundle to a folder that is made for it, and puts the bench's wire function around its own. */
export async function wrapBundle(bundle: LocalBundle, folder: string): Promise<LocalBundle> {
  await mkdir(folder, { recursive: true });
  await copyBundle(bundle.path, folder);
  await copyFile(join(pythonSources, wrapper), join(folder, wrapper));
  const wire = bundle.wire.entryPoints[0]?.value ?? bundle.metadata.wire ?? null;
  await writeFile(join(folder, 'mops_cold_bench.json'), JSON.stringify({ wire }));
  return {
    ...bundle,
    path: folder,
    metadata: { ...bundle.metadata, wire: `${wrapper}:wire` },
    // One that is installed still comes first, and is refused: the bench does not pass it over.
    wire: { ...bundle.wire, entryPoints: [] },
  };
}
