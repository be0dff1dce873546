import { numpyChoices } from '../../contracts/environment/numpy-choices.js';
import type { Machine } from '../../contracts/result/machine.js';
import { EnvironmentFailed } from '../../simulation/environment-failed.js';
import type { RunRequest } from '../../simulation/ports.js';
import { thisMachine } from '../report/this-machine.js';

/**
 * Between which instruction sets a task's numpy chooses here. Nothing is asked, and none told, where nothing holds it, or the
 * task's own word does.
 *
 * @throws EnvironmentFailed when what is installed cannot be held on this machine
 */
export async function heldNumpyFeatures(
  {
    task,
    bundle,
    environment,
    cpuBaseline = 'native',
  }: Pick<RunRequest, 'cpuBaseline'> & {
    task: Pick<RunRequest['task'], 'env'>;
    bundle: Pick<RunRequest['bundle'], 'metadata'>;
    environment: Pick<RunRequest['environment'], 'numerics'>;
  },
  machine: Promise<Machine> = thisMachine(),
): Promise<string[]> {
  if (cpuBaseline === 'native') return [];
  const said = { ...bundle.metadata.env, ...task.env };
  const own = numpyChoices.some((name) => name in said);
  if (own && 'OPENBLAS_CORETYPE' in said) return [];
  const { numpyFeatures, openblas } = await environment.numerics();
  const faulty = openblas.find((version) => /^0\.3\.34(?:\.|$)/.test(version));
  const { processor, instruction_sets: sets } = await machine;
  if (faulty && !('OPENBLAS_CORETYPE' in said) && processor.startsWith('AMD') && sets.includes('avx512f')) {
    throw new EnvironmentFailed(
      `Cannot hold OpenBLAS ${faulty} to MODELOPS_CPU_BASELINE on this processor (${processor}): told which core to be, this version crashes on AMD's processors with AVX-512, or rounds as nowhere else (OpenMathLib/OpenBLAS#6021). Install a numpy and scipy that bring another version, or set OPENBLAS_CORETYPE in the bundle's env.`,
    );
  }
  return own ? [] : numpyFeatures;
}
