import { whyRefused } from './why-refused.js';

/**
 * Tries to start a process without address randomisation, as MODELOPS_FIXED_ADDRESSES would have every task.
 *
 * @param python absolute path of an interpreter
 * @returns why that cannot be had here, as one sentence; undefined when it can
 */
export async function whyAddressesVary(
  python: string,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  const why = await whyRefused(python, ['fix_addresses'], platform);
  return why === undefined
    ? undefined
    : `Addresses cannot be fixed here (${why}): it takes Linux, and a container that allows personality(ADDR_NO_RANDOMIZE), which Docker's own seccomp profile does not.`;
}
