import type { CpuBaseline } from '../contracts/environment/cpu-baseline.js';
import type { Check } from '../reporting/check.js';
import { baselineProblem } from '../runner/baseline/baseline-problem.js';
import { thisMachine } from '../runner/report/this-machine.js';

/** The processor, and to which of its instruction sets the libraries of tasks are held. */
export async function checkProcessor(baseline: CpuBaseline): Promise<Check> {
  const name = 'Processor';
  const problem = await baselineProblem(baseline);
  if (problem !== undefined) return { name, state: 'missing', found: problem };
  const { processor, instruction_sets: sets } = await thisMachine();
  const told = sets.filter((set) => !/^avx512(?!f$)/.test(set)); // of which there are too many
  const has = told.length === 0 ? 'instruction sets unknown' : `with ${told.join(', ')}`;
  const held =
    baseline === 'native'
      ? 'libraries use all that it has: on another one they may round otherwise (MODELOPS_CPU_BASELINE)'
      : `libraries are held to ${baseline} (MODELOPS_CPU_BASELINE)`;
  return { name, state: 'ok', found: `${processor}, ${has}; ${held}` };
}
