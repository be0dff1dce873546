/** Which bundle is meant: `sha256:<64 hex>`, or `repository@sha256:<64 hex>`. */
export interface BundleReference {
  /** As the user wrote it, for messages. */
  text: string;
  repository: string | undefined;
  /** `sha256:<64 hex>` */
  digest: string;
}

/** @returns undefined when the text is no reference by digest. */
export function parseBundleReference(text: string): BundleReference | undefined {
  const match = /^(?:(?<repository>[^@\s]+)@)?(?<digest>sha256:[0-9a-f]{64})$/.exec(text);
  const digest = match?.groups?.digest;
  return digest === undefined ? undefined : { text, repository: match?.groups?.repository, digest };
}
