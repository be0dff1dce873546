import { stringifyJson } from '../../contracts/json/stringify-json.js';
import type { DiagnosedTask } from '../../diagnosis/diagnosis.js';

/** A task by what it is asked to do. */
export function taskWords(task: DiagnosedTask | undefined): string {
  return task ? `${stringifyJson(task.params)} seed ${task.seed}` : '';
}
