import { execa } from 'execa';

/**
 * Compiles C++ into one shared library, the same bytes for the same sources and compiler.
 *
 * @param sources file names in `folder`
 * @returns undefined when it worked; otherwise why not, as a clause
 */
export async function compileSharedLibrary(request: {
  compiler: string;
  folder: string;
  sources: string[];
  includeFolders: string[];
  output: string;
}): Promise<string | undefined> {
  const { compiler, folder, sources, includeFolders, output } = request;
  // No contraction of a*b+c, so that every processor and the Python variant draw the same numbers.
  const flags = ['-std=c++17', '-O2', '-shared', '-fPIC', '-ffp-contract=off'];
  // Its lines are known, and not where it was compiled.
  flags.push('-g', `-ffile-prefix-map=${folder}=native`);
  flags.push(...includeFolders.map((path) => `-ffile-prefix-map=${path}=python`));
  // On macOS an extension finds Python's own functions in the process that loads it.
  if (process.platform === 'darwin') flags.push('-undefined', 'dynamic_lookup');
  const includes = includeFolders.map((path) => `-I${path}`);
  const result = await execa(compiler, [...flags, ...includes, ...sources, '-o', output], {
    cwd: folder,
    reject: false,
    stdin: 'ignore',
    timeout: 120_000,
    env: { LC_ALL: 'C' },
  });
  if (!result.failed) return undefined;
  const complaint =
    result.stderr.split('\n').find((line) => line.includes('error')) ??
    result.shortMessage ??
    'no reason given';
  return `${compiler} cannot compile it (${complaint.trim().slice(0, 300)})`;
}
