import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { TargetName } from '../../contracts/check-request.js';

const file = '.modelops-bundle/registry.yaml';
const Registry = z.looseObject({
  targets: z.record(z.string(), z.looseObject({ entrypoint: TargetName })).nullish(),
});

/**
 * The targets that modelops-bundle registered for a bundle: `module:function` by name.
 *
 * @throws Error when the registry cannot be read.
 */
export async function registryTargets(folder: string): Promise<Map<string, string>> {
  const text = await readFile(join(folder, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  try {
    const { targets } = Registry.parse(parse(text) ?? {});
    return new Map(Object.entries(targets ?? {}).map(([name, { entrypoint }]) => [name, entrypoint]));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new Error(`Cannot read the bundle's ${file}: ${why}. Register its targets again.`, { cause });
  }
}

/** A target as `module:function`: it may be given so, or by its name in the registry. @returns undefined when it is neither */
export function resolveTarget(name: string, registered: Map<string, string>): string | undefined {
  return name.includes(':') ? name : registered.get(name);
}
