import type { Trigger } from './diagnosis.js';

/** What makes a task wrong, a sentence. */
export function triggerSentence({ kind, order_matters: orderMatters, tries }: Trigger): string {
  const tasks = tries.find(({ what }) => what === kind)?.tasks ?? 0;
  const what = {
    count: `The mere count does it: after ${tasks} times itself the task is wrong.`,
    seeds: 'Seeds do it: after the same parameters with other seeds the task is wrong.',
    parameters: 'Parameters do it: after other parameters with the same seed the task is wrong.',
    both: 'Neither other parameters nor other seeds alone do it: these very tasks do.',
  }[kind];
  if (orderMatters === undefined) return what;
  return `${what} ${orderMatters ? 'Their order matters, too: the other way round it is right.' : 'In which order they ran does not matter.'}`;
}
