import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { TargetName } from '../contracts/task/check-request.js';
import { readText } from '../files/read-text.js';
import { UnreadableFile } from '../files/unreadable-file.js';

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
  try {
    const text = await readText(join(folder, file)).catch(absentIsEmpty);
    const { targets } = Registry.parse(parse(text) ?? {});
    const byName = Object.entries(targets ?? {}).map(([name, { entrypoint }]) => [name, entrypoint] as const);
    return { registered: new Map(byName) };
  } catch (error) {
    const why =
      error instanceof z.ZodError
        ? z.prettifyError(error)
        : error instanceof UnreadableFile
          ? error.why
          : String(error);
    const [line] = why.split(/:?\n/);
    return { damage: `${file} of the bundle cannot be read: ${line}. Register its targets again.` };
  }
}

function absentIsEmpty(error: unknown): string {
  const { cause } = error as { cause?: NodeJS.ErrnoException };
  if (cause?.code === 'ENOENT') return '';
  throw error;
}

/** A target as `module:function` or `module/function`: it may be given so, or by its name in the registry. @returns undefined when it is neither */
export function resolveTarget(name: string, registered: Map<string, string>): string | undefined {
  return /[:/]/.test(name) ? name : registered.get(name);
}
