import { execa } from 'execa';
import { createEnvironments } from '../../src/environments/create-environments.js';
import type { PythonEnvironment } from '../../src/simulation/ports.js';
import { compileExtension } from './compile-extension.js';

/** Modules that take long to import, and the Python that has them. */
export interface HeavyImports {
  python: PythonEnvironment;
  /** As in the name of a workload. */
  label: string;
  modules: string;
  /** Extensions that must be in the bundle. */
  files: string[];
  /** What starting Python with these imports takes. */
  ms: number;
}

const debian = '/usr/bin/python3';

/**
 * numpy and pandas where the configured Python has them, or Debian's; otherwise a stand-in that is compiled.
 *
 * @returns without modules where there is no compiler either
 */
export async function findHeavyImports(
  configured: string,
  folder: string,
  signal: AbortSignal,
): Promise<HeavyImports | { python: PythonEnvironment; lacking: string }> {
  const python = await find(configured);
  const others = await find(debian).then(
    (found) => [found],
    () => [],
  );
  for (const candidate of [python, ...others]) {
    const modules = 'numpy, pandas';
    const ms = await importMs(candidate, modules, folder, signal);
    if (ms !== undefined) return { python: candidate, label: 'numpy+pandas', modules, files: [], ms };
  }
  const standIn = await compileExtension('heavy_stand_in', python.python, folder);
  if ('lacking' in standIn) {
    return { python, lacking: `numpy and pandas are not installed, and for a stand-in ${standIn.lacking}` };
  }
  const modules = 'heavy_stand_in';
  const ms = await importMs(python, modules, folder, signal);
  if (ms === undefined) throw new Error('Cannot import the stand-in for numpy and pandas that was compiled.');
  return { python, label: 'stand-in for numpy+pandas', modules, files: [standIn.path], ms };
}

/** As the app finds it. */
function find(python: string): Promise<PythonEnvironment> {
  return createEnvironments({ python, venvsFolder: '/nowhere' }).base();
}

/** The second time counts: the first one reads the files from the disk. */
async function importMs(
  { python }: PythonEnvironment,
  modules: string,
  folder: string,
  cancelSignal: AbortSignal,
): Promise<number | undefined> {
  let ms: number | undefined;
  for (let i = 0; i < 2; i++) {
    const script = `import sys; sys.path.append(${JSON.stringify(folder)}); import ${modules}`;
    const ended = await execa(python, ['-I', '-c', script], { reject: false, stdin: 'ignore', cancelSignal });
    cancelSignal.throwIfAborted();
    if (ended.failed) return undefined;
    ms = ended.durationMs;
  }
  return ms;
}
