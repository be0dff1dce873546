import type { DiagnosedOrder, Diagnosis, Leak } from './diagnosis.js';

/**
 * @param isUnsure whether a task differs from itself
 * @throws Error when nothing was seen that a task could have spoilt: that is not clean
 */
export function verdictOf(
  orders: DiagnosedOrder[],
  leak: Leak | undefined,
  isUnsure: boolean,
): Diagnosis['verdict'] {
  if (leak) return 'leak';
  if (isUnsure || orders.some(({ wrong_from: wrong }) => wrong)) return 'not-reproducible';
  if (orders.some(({ cells }) => cells.slice(1).includes('same'))) return 'clean';
  throw new Error(
    'Cannot diagnose: no task could be seen after another one in the same process. Give tasks that end without their process.',
  );
}
