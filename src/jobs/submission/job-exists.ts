/** There is another job of the same name. */
export class JobExists extends Error {
  override readonly name = 'JobExists';

  constructor(jobId: string, tasks: number) {
    super(
      `Cannot submit as job ${jobId}: there is a job of this name with other tasks (${tasks}), or with another demand for cold execution. Choose another --job-id, or submit the same tasks to run them again.`,
    );
  }
}
