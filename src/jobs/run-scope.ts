/** Which records of a job are meant: those of one run, or of all runs together. */
export interface RunScope {
  jobId: string;
  run: string | undefined;
}
