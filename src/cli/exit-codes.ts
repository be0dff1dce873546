/** What `mops-cold` says to the shell. */
export const exitCodes = {
  done: 0,
  couldNot: 1,
  usage: 2,
  someTasksFailed: 3,
  /** `verify` found a process that was not fresh, or no proof that it was; `diagnose` proved a leak. */
  proofFailed: 4,
  /** A task differs from itself: `reproduce`, and `diagnose` where that is no leak. */
  notReproducible: 5,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
