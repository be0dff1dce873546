/** A submission ended before all of its messages were sent; its message says how to continue. */
export class SubmissionStopped extends Error {
  override readonly name = 'SubmissionStopped';
}
