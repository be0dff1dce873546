import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { compileSharedLibrary } from '../../src/demonstration/compile-shared-library.js';
import { findNativeToolchain } from '../../src/environments/find-native-toolchain.js';
import { packageRoot } from '../../src/package/package-root.js';

const sources = {
  statics: join(packageRoot, 'test', 'fixtures', 'statics'),
  heavy_stand_in: join(packageRoot, 'test', 'bench', 'workloads'),
};

/**
 * Compiles an extension module of the bench into a folder.
 *
 * @param python absolute path of the interpreter
 * @returns its file, or why there is none
 */
export async function compileExtension(
  name: keyof typeof sources,
  python: string,
  folder: string,
): Promise<{ path: string } | { lacking: string }> {
  const { compiler, pythonHeaders } = await findNativeToolchain(python);
  if ('lacking' in compiler) return compiler;
  if ('lacking' in pythonHeaders) return pythonHeaders;
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.abi3.so`);
  const obstacle = await compileSharedLibrary({
    compiler: compiler.path,
    folder: sources[name],
    sources: [`${name}.cpp`],
    includeFolders: [pythonHeaders.path],
    output: path,
  });
  return obstacle === undefined ? { path } : { lacking: obstacle };
}
