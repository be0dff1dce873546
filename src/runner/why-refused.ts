import { join } from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../package/package-root.js';

const script = `
import importlib, sys
sys.path.insert(0, sys.argv[1])
try:
    getattr(importlib.import_module("cold_functions." + sys.argv[2]), sys.argv[3])(*sys.argv[4:])
except OSError as error:
    sys.exit(error.strerror)
`;
const timeoutMs = 30_000;

/**
 * Tries in a process of its own what a runner may be started with, and not every machine or container allows.
 *
 * @param python absolute path of an interpreter
 * @param call a function of python/cold_functions/process_tree.py, and what it is given
 * @returns the operating system's word for why it cannot be had; undefined when it can
 */
export async function whyRefused(
  python: string,
  call: ['fix_addresses'] | ['see_at', folder: string, place: string],
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  const folder = join(packageRoot, 'src', 'runner', 'python');
  const module = platform === 'linux' ? 'process_tree' : 'process_tree_portable';
  const tried = await execa(python, ['-I', '-S', '-c', script, folder, module, ...call], {
    reject: false,
    stdin: 'ignore',
    timeout: timeoutMs,
  });
  return tried.failed ? tried.stderr.trim().split('\n').at(-1) || tried.shortMessage : undefined;
}
