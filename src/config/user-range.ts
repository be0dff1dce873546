import { z } from 'zod';

/** Numbers of users of the operating system, `first-last`, or `none`. Beyond 65,533 a container may not have them; root is nobody's. */
export const UserRange = z.string().transform((text, context) => {
  if (text === 'none') return undefined;
  const [, first, last] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? [];
  const users = { first: Number(first), last: Number(last) };
  if (users.first >= 1 && users.last <= 65_533 && users.first <= users.last) return users;
  context.addIssue({
    code: 'custom',
    message: 'must be first-last, two numbers from 1 to 65533 as in 60800-61055, or none',
  });
  return z.NEVER;
});
