import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expandEntryPoints } from './expand-entry-points.js';

/**
 * Loads the files that package.json's `main` names, one after the other: as modules or as CommonJS, as Node would.
 *
 * @throws Error that names the file that could not be loaded.
 */
export async function loadApp(appFolder: string): Promise<void> {
  const manifest: { main?: unknown; type?: unknown } = JSON.parse(
    readFileSync(join(appFolder, 'package.json'), 'utf8'),
  );
  if (typeof manifest.main !== 'string') {
    throw new Error(
      `Cannot load the app: package.json in ${appFolder} has no "main". Name the files with its functions.`,
    );
  }
  const require = createRequire(join(appFolder, 'package.json'));
  for (const file of expandEntryPoints(appFolder, manifest.main)) {
    const isModule = file.endsWith('.mjs') || (manifest.type === 'module' && !file.endsWith('.cjs'));
    try {
      if (isModule) await import(pathToFileURL(file).href);
      else require(file);
    } catch (cause) {
      const reason = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
      throw new Error(`Worker was unable to load entry point "${relative(appFolder, file)}": ${reason}`, {
        cause,
      });
    }
  }
}
