/** One thing that was looked at. */
export interface Check {
  name: string;
  /** `missing`: tasks cannot run; `limited`: they can, without something, or nothing is known; `ok`. */
  state: 'ok' | 'limited' | 'missing';
  /** What was found, and, when it is not well, what to do. */
  found: string;
}
