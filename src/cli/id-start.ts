import { UsageError } from '../reporting/usage-error.js';

/**
 * The start of a task's id, as `--tasks` takes it.
 *
 * @param verb what was to be done with the task
 * @throws UsageError
 */
export function idStart(text: string, verb: string): string {
  if (/^[0-9a-f]{1,32}$/.test(text)) return text;
  throw new UsageError(
    `Cannot ${verb} the task "${text}": --tasks takes the starts of ids (digits and a to f); --where takes parameters.`,
  );
}
