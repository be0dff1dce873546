import { isDeepStrictEqual } from 'node:util';
import { parse } from 'smol-toml';
import { BundleMetadata } from '../../contracts/bundle/bundle-metadata.js';
import { violationOf } from '../../contracts/validation/violation-of.js';

/**
 * The metadata of a bundle from the files that may hold it. What two of them say must be the same.
 *
 * @param files manifest and pyproject as they are written; `toml` the text of ModelOps' `.modelops/modelops.toml`, which
 * only names a wire function, and only when no other file does
 */
export function readMetadata(
  files: { manifest: unknown; pyproject: unknown; toml: string | undefined },
  refuse: (what: string, cause?: unknown) => Error,
): BundleMetadata {
  const manifest = checked(files.manifest, '.modelops/manifest.json', refuse);
  const pyproject = checked(files.pyproject, '[tool.modelops] in pyproject.toml', refuse);
  for (const [name, value] of Object.entries(pyproject)) {
    const other = manifest[name as keyof BundleMetadata];
    if (other !== undefined && !isDeepStrictEqual(other, value)) {
      throw refuse(
        `${name} is ${JSON.stringify(other)} in its .modelops/manifest.json and ${JSON.stringify(value)} in its pyproject.toml: make them agree, or remove one.`,
      );
    }
  }
  const metadata = { ...pyproject, ...manifest };
  const wire = metadata.wire ?? wireInToml(files.toml);
  return { ...metadata, ...(wire !== undefined && { wire }) };
}

function checked(
  content: unknown,
  where: string,
  refuse: (what: string, cause?: unknown) => Error,
): BundleMetadata {
  if (content === undefined) return {};
  const parsed = BundleMetadata.safeParse(content);
  if (parsed.success) return parsed.data;
  throw refuse(`in its ${where}, ${violationOf(parsed.error, 'the whole').message}`, parsed.error);
}

/** ModelOps takes a file that it cannot read for absent. */
function wireInToml(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    const { modelops } = parse(text);
    const wire = typeof modelops === 'object' && 'wire' in modelops ? modelops.wire : undefined;
    return typeof wire === 'string' ? wire : undefined;
  } catch {
    return undefined;
  }
}
