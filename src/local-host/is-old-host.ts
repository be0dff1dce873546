/**
 * True for hosts before 4.1048, which leave what is in flight hanging when a worker exits with 200. A version that
 * cannot be read counts as old.
 */
export function isOldHost(hostVersion: string): boolean {
  const match = /^(\d+)\.(\d+)/.exec(hostVersion);
  if (!match) return true;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major < 4 || (major === 4 && minor < 1048);
}
