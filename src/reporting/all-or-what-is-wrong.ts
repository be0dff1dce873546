import { describeError } from './describe-error.js';
import { UsageError } from './usage-error.js';

/**
 * Waits for things that a person named, and tells of all that cannot be used at once.
 *
 * @throws the one reason, or all of them as one, a line each; a UsageError when each is
 */
export async function allOrWhatIsWrong<First, Second>(
  first: Promise<First>,
  second: Promise<Second>,
): Promise<[First, Second]> {
  const settled = await Promise.allSettled([first, second]);
  const reasons = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  if (reasons.length < 2) return Promise.all([first, second]);
  const message = reasons.map(describeError).join('\n');
  const cause = new AggregateError(reasons);
  throw reasons.every((reason) => reason instanceof UsageError)
    ? new UsageError(message, { cause })
    : new Error(message, { cause });
}
