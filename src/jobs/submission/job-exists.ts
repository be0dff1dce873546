/** There is another job of the same name. */
export class JobExists extends Error {
  override readonly name = 'JobExists';

  constructor(jobId: string, tasks: number) {
    super(
      `Cannot use the job id ${jobId}: there is a job of this name with other tasks (${tasks}), with other limits of single tasks, with other targets, or with another demand for cold execution. Choose another --job-id, or give the same tasks to run them again.`,
    );
  }
}
