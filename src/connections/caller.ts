/** What whoever asks for a connection brings along. */
export interface Caller {
  /** Credentials and proxies that the libraries of the stores read for themselves. */
  env: NodeJS.ProcessEnv;
  /** Aborted when nothing is wanted any more. */
  signal: AbortSignal;
}
