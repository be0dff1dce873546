import { stringifyJson } from '../contracts/json/stringify-json.js';
import type { DiagnosedTask, Diagnosis } from './diagnosis.js';

/** The shortest proof as a job file, which names no bundle: its tasks in their order, the last one the one that is wrong. */
export function jobFile({ entrypoint }: Pick<Diagnosis, 'entrypoint'>, sequence: DiagnosedTask[]): string {
  const tasks = sequence.map(({ params, param_id, seed }) => ({
    entrypoint,
    params: { param_id, values: params },
    seed,
  }));
  return `${stringifyJson({ job_type: 'simulation', tasks }, 2)}\n`;
}
