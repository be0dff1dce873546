import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Work } from './work.js';

/** What makes uv and pip look into the wheels that a bundle brings with it. */
export function wheels({ source }: Work): string[] {
  const folder = join(source, 'wheels');
  return existsSync(folder) ? ['--find-links', folder] : [];
}
