/** What file systems take; below a working copy there must be room for its own path. */
const longestName = 255;
const longestPath = 2_048;

/**
 * Why a path may not be a file of a bundle.
 *
 * @returns the end of a sentence that begins with the path; undefined when nothing is wrong with it.
 */
export function unsafePath(path: string): string | undefined {
  if (path === '') return 'is empty';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(path)) return 'contains a control character';
  if (path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path)) return 'is absolute';
  // On some systems a backslash separates folders: the same bundle must mean the same files everywhere.
  if (path.includes('\\')) return 'contains a backslash';
  if (Buffer.byteLength(path) > longestPath) return `is longer than ${longestPath} bytes`;
  const segments = path.split('/');
  if (segments.some((segment) => Buffer.byteLength(segment) > longestName)) {
    return `has a name that is longer than ${longestName} bytes`;
  }
  if (segments.includes('..')) return 'leaves the bundle by ".."';
  if (segments.includes('') || segments.includes('.')) return 'has an empty or "." segment';
  return undefined;
}
