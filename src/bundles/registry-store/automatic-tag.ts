/**
 * The tag of a bundle that a person gave none.
 *
 * @param digest `sha256:<64 hex>` of its manifest
 */
export function automaticTag(digest: string): string {
  return `bundle-${digest.slice('sha256:'.length).slice(0, 12)}`;
}
