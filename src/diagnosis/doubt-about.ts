import type { TaskDifference } from '../comparison/comparison.js';

/** What reuse itself makes otherwise. */
const ofReuse = ['executor', 'start_method', 'ordinal'];

/**
 * Why a stored result may differ from what a fresh process of this machine returns though nothing leaked, a sentence and what to do;
 * undefined when both were made alike but for the reuse.
 */
export function doubtAbout({ facts }: Pick<TaskDifference, 'facts'>): string | undefined {
  const others = facts
    // A hash seed that each process draws is told, and the same.
    .filter(({ fact, values: [one, other] }) => !ofReuse.includes(fact) && one !== other)
    .map(({ name, values: [one, other] }) => `${name}: ${one ?? 'not told'} | ${other ?? 'not told'}`);
  if (others.length === 0) return undefined;
  return `What is stored was made elsewhere (${others.join('; ')}), which alone may change it. Take the sample on a machine with the app's processor, packages and settings, or let the app run it cold: \`mops-cold reproduce <job>\`.`;
}
