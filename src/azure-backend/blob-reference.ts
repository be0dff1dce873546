/** How stored documents name a blob: `azure://<container>/<blob name>`, without account or key. */
export function blobReference(container: string, blobName: string): string {
  return `azure://${container}/${blobName}`;
}

/** The same blob as fsspec, adlfs and pandas name it: `abfs://<container>/<blob name>`. The account comes from their `storage_options`. */
export function abfsReference(reference: string): string {
  const { container, blobName } = parseBlobReference(reference);
  return `abfs://${container}/${blobName}`;
}

/** @throws when the text is no such reference. */
export function parseBlobReference(reference: string): { container: string; blobName: string } {
  const match = /^azure:\/\/([^/]+)\/(.+)$/s.exec(reference);
  if (!match?.[1] || !match[2]) {
    throw new Error(
      `Cannot follow the reference "${reference}": it must be azure://<container>/<blob name>.`,
    );
  }
  return { container: match[1], blobName: match[2] };
}
