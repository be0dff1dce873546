/** Which records of a job are meant: those of one run, or of all runs together. */
export interface RunScope {
  jobId: string;
  run: string | undefined;
  /** All runs, where they are known: then nothing else of the job has to be listed to find their records. */
  runs?: readonly string[];
}
