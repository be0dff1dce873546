import { findPython } from '../../environments/find-python.js';
import { EnvironmentFailed } from '../../simulation/environment-failed.js';
import { findNativeToolchain } from '../demo/find-native-toolchain.js';
import type { Check } from './check.js';

/** The interpreter, and what it takes to compile an extension for it, which only some bundles need. */
export async function checkPython(python: string): Promise<Check[]> {
  try {
    const found = await findPython(python);
    return [
      { name: 'Python', state: 'ok', found: `${found.version}, ${found.python}` },
      await checkToolchain(found.python),
    ];
  } catch (error) {
    if (!(error instanceof EnvironmentFailed)) throw error;
    return [{ name: 'Python', state: 'missing', found: error.message }];
  }
}

async function checkToolchain(python: string): Promise<Check> {
  const { compiler, pythonHeaders } = await findNativeToolchain(python);
  const lacking = [compiler, pythonHeaders].flatMap((part) => ('lacking' in part ? [part.lacking] : []));
  return {
    name: 'C++ extensions',
    state: lacking.length === 0 ? 'ok' : 'limited',
    found:
      lacking.length === 0 && 'path' in compiler
        ? `can be compiled here (${compiler.path})`
        : `cannot be compiled here: ${lacking.join('; ')}. Bundles that are compiled already run all the same`,
  };
}
