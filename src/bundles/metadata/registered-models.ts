import { z } from 'zod';

const Registry = z.looseObject({
  models: z.record(z.string(), z.looseObject({ entrypoint: z.string() })).nullish(),
});

/**
 * The models that modelops-bundle registered for a bundle, as `module:Class`. They are a hint, of what to import before a task
 * comes: a registry that cannot be read names none, and `bundle check` says so.
 */
export async function registeredModels(text: string | undefined): Promise<string[]> {
  if (text === undefined) return [];
  // Few bundles have one, and the parser is large. It is CommonJS, of which bundled code gets no other name at run time.
  const { default: yaml } = await import('yaml');
  try {
    const { models } = Registry.parse(yaml.parse(text) ?? {});
    return Object.values(models ?? {}).map(({ entrypoint }) => entrypoint);
  } catch {
    return [];
  }
}
