import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { packageRoot } from './package-root.js';

/** Has `npm run build` and `npm ci` keep what this process runs from, for as long as it runs. Does nothing outside of a checkout. */
export function keepBuild(): void {
  if (basename(dirname(packageRoot)) !== '.builds') return;
  const note = join(packageRoot, 'in-use', String(process.pid));
  try {
    mkdirSync(dirname(note), { recursive: true });
    writeFileSync(note, '');
  } catch {
    return; // who may not write here cannot build here either; for two hours the build stays anyway
  }
  process.once('exit', () => rmSync(note, { force: true }));
}
