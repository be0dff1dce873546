import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { TargetName } from '../contracts/task/check-request.js';

const file = '.modelops-bundle/registry.yaml';
const Registry = z.looseObject({
  targets: z.record(z.string(), z.looseObject({ entrypoint: TargetName })).nullish(),
});

/**
 * The targets that modelops-bundle registered for a bundle: `module:function` by name.
 *
 * @returns what is wrong instead, when they cannot be read
 */
export async function registryTargets(
  folder: string,
): Promise<{ registered: Map<string, string> } | { damage: string }> {
  const text = await readFile(join(folder, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  try {
    const { targets } = Registry.parse(parse(text) ?? {});
    const byName = Object.entries(targets ?? {}).map(([name, { entrypoint }]) => [name, entrypoint] as const);
    return { registered: new Map(byName) };
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    const [line] = why.split(/:?\n/);
    return { damage: `${file} of the bundle cannot be read: ${line}. Register its targets again.` };
  }
}

/** A target as `module:function`: it may be given so, or by its name in the registry. @returns undefined when it is neither */
export function resolveTarget(name: string, registered: Map<string, string>): string | undefined {
  return name.includes(':') ? name : registered.get(name);
}
