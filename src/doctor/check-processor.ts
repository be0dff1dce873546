import type { Settings } from '../config/settings.js';
import { createEnvironments } from '../environments/create-environments.js';
import type { Check } from '../reporting/check.js';
import { baselineProblem } from '../runner/baseline/baseline-problem.js';
import { heldNumpyFeatures } from '../runner/baseline/held-numpy-features.js';
import { thisMachine } from '../runner/report/this-machine.js';
import { unlessNone } from './unless-none.js';

/** The processor, and to which of its instruction sets the libraries of tasks are held, as far as they can be. */
export async function checkProcessor({
  MODELOPS_CPU_BASELINE: cpuBaseline,
  MODELOPS_PYTHON: python,
  MODELOPS_VENVS_DIR: venvsFolder,
}: Settings): Promise<Check> {
  const name = 'Processor';
  const problem = await baselineProblem(cpuBaseline);
  if (problem !== undefined) return { name, state: 'missing', found: problem };
  if (cpuBaseline !== 'native') {
    const environment = await createEnvironments({ python, venvsFolder }).base().catch(unlessNone);
    if (environment)
      await heldNumpyFeatures({ task: {}, bundle: { metadata: {} }, environment, cpuBaseline });
  }
  const { processor, instruction_sets: sets } = await thisMachine();
  const told = sets.filter((set) => !/^avx512(?!f$)/.test(set)); // of which there are too many
  const has = told.length === 0 ? 'instruction sets unknown' : `with ${told.join(', ')}`;
  const held =
    cpuBaseline === 'native'
      ? 'libraries use all that it has: on another one they may round otherwise (MODELOPS_CPU_BASELINE)'
      : `libraries are held to ${cpuBaseline} (MODELOPS_CPU_BASELINE)`;
  return { name, state: 'ok', found: `${processor}, ${has}; ${held}` };
}
