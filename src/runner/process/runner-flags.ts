/**
 * What isolates an interpreter as `-I` does, but for its environment, which is an allow-list: Python reads its hash seed there,
 * and with `-I` it would not. Children by multiprocessing's spawn and forkserver get these flags too.
 *
 * @param version for example `3.11.7`. Before 3.11 there is no `-P`: runner.py removes its own folder from sys.path itself
 */
export function runnerFlags(version: string): string[] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const knowsSafePath = major > 3 || (major === 3 && minor >= 11);
  return [...(knowsSafePath ? ['-P'] : []), '-s', '-u'];
}
