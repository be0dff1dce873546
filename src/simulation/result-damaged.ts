/** The stored result of a task is there and cannot be read: the task can neither run nor be answered from it. */
export class ResultDamaged extends Error {
  override readonly name = 'ResultDamaged';
}
