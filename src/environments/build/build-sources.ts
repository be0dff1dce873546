import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildWheel } from './build-wheel.js';
import { fetchSource } from './fetch-source.js';
import { installWheels } from './install-wheels.js';
import type { Source } from './source.js';
import type { Work } from './work.js';

/** Builds and installs what has no wheel for here, with nothing that it requires: that is installed by itself. */
export async function buildSources(work: Work, sources: Source[]): Promise<void> {
  const into = join(work.folder, 'built');
  await mkdir(into, { recursive: true });
  const files: string[] = [];
  for (const source of sources) {
    const fetched = await fetchSource(work, source);
    const { wheel } = await buildWheel(work, fetched, into, `${source.name} ${source.version}`.trim());
    files.push(join(into, wheel));
  }
  if (files.length > 0) await installWheels(work, work.environment, files);
}
