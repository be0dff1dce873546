import { findNativeToolchain } from '../environments/find-native-toolchain.js';
import { findPython } from '../environments/find-python.js';
import type { Check } from '../reporting/check.js';
import { describeError } from '../reporting/describe-error.js';

/** The interpreter, and what it takes to compile an extension for it, which only some bundles need. */
export async function checkPython(python: string): Promise<Check[]> {
  try {
    const found = await findPython(python);
    return [
      { name: 'Python', state: 'ok', found: `${found.version}, ${found.python}` },
      await checkToolchain(found.python),
    ];
  } catch (error) {
    return [{ name: 'Python', state: 'missing', found: describeError(error) }];
  }
}

async function checkToolchain(python: string): Promise<Check> {
  const name = 'C++ extensions';
  const none = (why: string): Check => ({
    name,
    state: 'limited',
    found: `cannot be compiled here: ${why}. Bundles that are compiled already run all the same`,
  });
  try {
    const { compiler, pythonHeaders } = await findNativeToolchain(python);
    if ('path' in compiler && 'path' in pythonHeaders)
      return { name, state: 'ok', found: `can be compiled here (${compiler.path})` };
    return none(
      [compiler, pythonHeaders].flatMap((part) => ('lacking' in part ? [part.lacking] : [])).join('; '),
    );
  } catch (error) {
    return none(describeError(error));
  }
}
