import { parse as parseLossless } from 'lossless-json';

/** What else ModelOps and modelops-bundle write into a manifest: descriptions that nothing here depends on. */
const othersOwn = [
  'schema_version',
  'name',
  'version',
  'description',
  'author',
  'created',
  'entrypoint',
  'models',
  'targets',
  'files',
  'bundle_digest',
  'environment',
  'config',
];

/**
 * The keys of `.modelops/manifest.json` that are metadata. As in ModelOps, a manifest that is no JSON object counts as
 * absent; here it is said.
 */
export function readManifest(text: string | undefined): {
  content: Record<string, unknown> | undefined;
  remarks: string[];
} {
  if (text === undefined) return { content: undefined, remarks: [] };
  const content = parse(text);
  if (content === undefined) {
    const remark =
      'Its .modelops/manifest.json is no JSON object, and counts as absent, as it does in ModelOps.';
    return { content: undefined, remarks: [remark] };
  }
  const own = Object.entries(content).filter(([name]) => !othersOwn.includes(name));
  return { content: Object.fromEntries(own), remarks: [] };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    // Its parameters reach Python: 1.0 must not become 1 there.
    return 'warm_up' in value
      ? { ...value, warm_up: (parseLossless(text) as { warm_up: unknown }).warm_up }
      : { ...value };
  } catch (error) {
    // The latter where it is nested so deep that nothing can walk through it.
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}
