/** The first host that fails the invocations in flight when a worker exits with 200, instead of leaving them to hang. */
const firstMinor = 1048;

/**
 * Whether the host lets an invocation that is in flight at a worker's exit hang until functionTimeout. An unknown one counts so.
 *
 * @param hostVersion for example `4.1048.0.0`
 */
export function leavesInFlightHanging(hostVersion: string): boolean {
  const [major = Number.NaN, minor = Number.NaN] = hostVersion.split('.').map(Number);
  return !(major > 4 || (major === 4 && minor >= firstMinor));
}
