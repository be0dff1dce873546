/** `sha256:<64 hex>` of a bundle reference. */
export function bundleDigest(bundleRef: string): string {
  return bundleRef.slice(bundleRef.lastIndexOf('@') + 1);
}
