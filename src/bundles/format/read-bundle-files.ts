import type { z } from 'zod';
import { bundleDigest } from '../../contracts/bundle/bundle-digest.js';
import { plainText } from '../../contracts/validation/plain-text.js';
import { violationOf } from '../../contracts/validation/violation-of.js';
import { BundleUnavailable } from '../../simulation/bundle-unavailable.js';
import type { BundleSource, Bytes } from '../bundle-store.js';
import { readWithRetries } from '../read-with-retries.js';
import { BundleIndex } from './bundle-index.js';
import { type CheckedFile, checkFiles } from './check-files.js';
import { mediaTypes } from './media-types.js';
import { OciManifest } from './oci-manifest.js';
import { sha256 } from './sha256.js';

/** Characters: paths and types are somebody else's text. */
const longestComplaint = 1_000;
/** A registry takes 4 MiB for a manifest; its list of files is not much longer. */
const maxDocumentBytes = 8 * 1024 * 1024;

/**
 * Reads and checks what a bundle consists of, without its files.
 *
 * @throws BundleUnavailable when the bundle is not there, or is not one that can be trusted.
 */
export async function readBundleFiles(
  source: BundleSource,
  bundleRef: string,
  signal?: AbortSignal,
): Promise<CheckedFile[]> {
  const refuse = (what: string, cause?: unknown) =>
    new BundleUnavailable(
      `Cannot use bundle ${bundleRef} from ${source.name}: ${plainText(what, longestComplaint)}`,
      { cause },
    );

  const manifest = parse(
    OciManifest,
    await readDocument(() => source.openManifest(bundleRef), 'its manifest', bundleDigest(bundleRef)),
    'its manifest',
  );
  if (manifest.config.mediaType !== mediaTypes.bundleIndex) {
    throw refuse(
      `its config is of type ${manifest.config.mediaType}, not ${mediaTypes.bundleIndex}. Push it with modelops-bundle or mops-cold.`,
    );
  }
  const index = parse(
    BundleIndex,
    await readDocument(
      () => source.openBlob(bundleRef, manifest.config.digest),
      'its list of files',
      manifest.config.digest,
    ),
    'its list of files',
  );
  return checkFiles(manifest, index, refuse);

  async function readDocument(
    open: () => Promise<Bytes | undefined>,
    what: string,
    digest: string,
  ): Promise<unknown> {
    const document = await readWithRetries(
      async () => {
        const bytes = await open();
        if (bytes !== undefined) return bytes;
        throw refuse(`${what} is not there. Push the bundle again, or correct the reference.`);
      },
      (bytes) => readShort(bytes, () => refuse(`${what} is longer than ${maxDocumentBytes} bytes.`)),
      signal,
    );
    const actual = sha256(document);
    if (actual !== digest) throw refuse(`${what} has the digest ${actual}, not ${digest}: it is damaged.`);
    try {
      return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(document));
    } catch (cause) {
      throw refuse(`${what} is not JSON.`, cause);
    }
  }

  function parse<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
    if (isManifestList(value)) {
      throw refuse('it is a list of manifests. Name the digest of one of them.');
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const { message } = violationOf(parsed.error, 'the whole');
    throw refuse(`${what} is not valid: ${message.slice(0, longestReason)}`);
  }
}

async function readShort(bytes: Bytes, tooLong: () => Error): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > maxDocumentBytes) throw tooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What is in it is somebody else's text. */
const longestReason = 500;

function isManifestList(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'manifests' in value ||
    ('mediaType' in value && /(index|list)\.v[12]\+json$/.test(String(value.mediaType)))
  );
}
