/** What `mops-cold` says to the shell. */
export const exitCodes = {
  done: 0,
  couldNot: 1,
  usage: 2,
  someTasksFailed: 3,
  /** `verify` found a process that was not fresh, or no proof that it was. */
  proofFailed: 4,
  notReproducible: 5,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
