import { findPython } from '../environments/find-python.js';
import type { Check } from '../reporting/check.js';
import { whyPathsDiffer } from '../runner/why-paths-differ.js';
import { unlessNone } from './unless-none.js';

/** Whether all tasks find their folders at the same paths. */
export async function checkPaths(command: string): Promise<Check[]> {
  const name = 'Paths';
  const found = await findPython(command).catch(unlessNone);
  if (!found) return []; // which another check says
  const why = await whyPathsDiffer(found.python);
  return why === undefined
    ? [{ name, state: 'ok', found: 'every task finds its working copy, HOME and TMPDIR at the same ones' }]
    : [{ name, state: 'limited', found: `${why} What a library keeps by such a path, no later task finds` }];
}
