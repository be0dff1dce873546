import { join } from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../package/package-root.js';

const script = `
import importlib, sys
sys.path.insert(0, sys.argv[1])
try:
    importlib.import_module("cold_functions." + sys.argv[2]).fix_addresses()
except OSError as error:
    sys.exit(error.strerror)
`;
const timeoutMs = 30_000;

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
  const folder = join(packageRoot, 'src', 'runner', 'python');
  const module = platform === 'linux' ? 'process_tree' : 'process_tree_portable';
  const tried = await execa(python, ['-I', '-S', '-c', script, folder, module], {
    reject: false,
    stdin: 'ignore',
    timeout: timeoutMs,
  });
  if (!tried.failed) return undefined;
  const why = tried.stderr.trim().split('\n').at(-1) || tried.shortMessage;
  return `Addresses cannot be fixed here (${why}): it takes Linux, and a container that allows personality(ADDR_NO_RANDOMIZE), which Docker's own seccomp profile does not.`;
}
