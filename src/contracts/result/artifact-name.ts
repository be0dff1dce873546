/**
 * An output's name as one segment of a blob name and as a file name: every byte of its UTF-8 other than
 * letters, digits, `_`, `-` and `.` is percent-encoded, and so are the names `.` and `..`. Reversible.
 */
export function encodeArtifactName(name: string): string {
  const encoded = encodeURIComponent(name).replace(
    /[!'()*~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return /^\.+$/.test(encoded) ? encoded.replaceAll('.', '%2E') : encoded;
}
