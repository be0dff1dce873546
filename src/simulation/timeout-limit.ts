import type { RunRequest } from './ports.js';

/** A limit in place of the app's setting, and how the person who is told of it has set it. */
export interface GivenTimeout {
  seconds: number;
  setBy: string;
}

/** The limit that was given, or that of the setting. */
export function timeoutLimit(
  given: GivenTimeout | undefined,
  settingSeconds: number,
): Pick<RunRequest, 'timeoutMs' | 'timeoutSetBy'> {
  if (given === undefined) return { timeoutMs: settingSeconds * 1000 };
  return { timeoutMs: given.seconds * 1000, timeoutSetBy: given.setBy };
}
