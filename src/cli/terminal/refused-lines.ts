import type { RefusedMessages } from '../../jobs/reading/read-refused.js';

/**
 * The newest messages that were refused or given up, a line each with its reason, and how many more there are.
 *
 * @param elsewhere where the others are to be found, as a clause
 */
export function refusedLines({ total, newest }: RefusedMessages, elsewhere: string): string[] {
  const more = total - newest.length;
  return [
    ...newest.map(({ blob, reason }) => `  ${blob}: ${reason}`),
    ...(more > 0 ? [`  and ${more} older ones, ${elsewhere}`] : []),
  ];
}
