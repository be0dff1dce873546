/** Bytes of an environment variable that a process can be started with, its name and the "=" among them; Linux takes no longer one. */
export const longestVariable = 131_071;
