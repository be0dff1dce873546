import { baselineVariables } from '../../contracts/environment/baseline-variables.js';
import { numpyChoices } from '../../contracts/environment/numpy-choices.js';
import type { Attestation } from '../../contracts/result/attestation.js';
import type { RunRequest } from '../../simulation/ports.js';

/** To which instruction sets a task's libraries were held, and where it or its bundle said otherwise; undefined when to none. */
export function baselineInForce({
  task,
  bundle,
  cpuBaseline: name = 'native',
}: Pick<RunRequest, 'task' | 'bundle' | 'cpuBaseline'>): Attestation['cpu_baseline'] {
  if (name === 'native') return undefined;
  const said = { ...bundle.metadata.env, ...task.env };
  const names = [...Object.keys(baselineVariables(name)), ...numpyChoices];
  return { name, overridden: names.filter((variable) => variable in said) };
}
