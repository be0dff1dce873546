import type { TaskDifference } from '../comparison/comparison.js';
import type { OutcomeKind } from '../contracts/result/outcome.js';

/** What reuse itself makes otherwise. */
const ofReuse = ['executor', 'start_method', 'ordinal'];

/** As which user it ran changes no answer, and is another one on most machines than in the app. */
const ofBoundary = 'boundary.';
/** A limit is met on a busy machine, too. */
const limits: OutcomeKind[] = ['timed-out', 'out-of-memory'];

/**
 * Why a stored result may differ from what a fresh process of this machine returns though nothing leaked, a sentence and what to do;
 * undefined when both were made alike but for the reuse.
 */
export function doubtAbout({
  facts,
  first_ended: first,
  ended,
}: Pick<TaskDifference, 'facts' | 'first_ended' | 'ended'>): string | undefined {
  if (ended?.outcome === 'environment-failed')
    return `It cannot run here: ${ended.reason} Take the sample where the environment of its bundle can be had.`;
  const limited = [first, ended].find((end) => end && limits.includes(end.outcome));
  if (limited)
    return `It met a limit (${limited.outcome}) ${limited === first ? 'in the app' : 'here'} alone, as a task does on a busy machine: \`mops-cold diagnose --job <job>\` runs it under its limits, cold and reused.`;

  const others = facts
    // A hash seed that each process draws is told, and the same.
    .filter(
      ({ fact, values: [one, other] }) =>
        !ofReuse.includes(fact) && !fact.startsWith(ofBoundary) && one !== other,
    )
    .map(({ name, values: [one, other] }) => `${name}: ${one ?? 'not told'} | ${other ?? 'not told'}`);
  if (others.length === 0) return undefined;
  return `What is stored was made elsewhere (${others.join('; ')}), which alone may change it. Take the sample on a machine with the app's processor, packages and settings, or let the app run it cold: \`mops-cold reproduce <job>\`.`;
}
