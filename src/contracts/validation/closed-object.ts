import { isLosslessNumber } from 'lossless-json';
import { z } from 'zod';
import { mustBe } from './must-be.js';
import { nearestName } from './nearest-name.js';

/**
 * An object with these fields and no others. In a field that may be absent `null` counts as absent, and so
 * does an empty list where a list is expected: modelops-contracts reads both so.
 *
 * @param what what the object is, for the error about an unknown field: `a task`
 * @param hint what to say about an unknown field instead of the nearest known name
 */
export function closedObject<Shape extends z.ZodRawShape>(
  what: string,
  shape: Shape,
  hint: (name: string) => string | undefined = () => undefined,
) {
  const takesLists = new Map(
    Object.entries(shape)
      .filter(([, field]) => field instanceof z.ZodExactOptional)
      .map(([name, field]) => [name, (field as z.ZodExactOptional).safeParse([]).success]),
  );
  const object = z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return mustBe('an object').error(issue);
      const [name = ''] = issue.keys as string[];
      const nearest = nearestName(name, Object.keys(shape));
      return (
        hint(name) ?? `is not a field of ${what}: ${nearest ? `did you mean "${nearest}"?` : 'remove it'}`
      );
    },
  });
  // zod takes an instance of any class for an object, a LosslessNumber among them.
  return z
    .custom<object>(isPlainObject, mustBe('an object'))
    .transform((input) => withoutEmpty(input, takesLists))
    .pipe(object);
}

function isPlainObject(input: unknown): boolean {
  return typeof input === 'object' && input !== null && !Array.isArray(input) && !isLosslessNumber(input);
}

/** @param takesLists the fields that may be absent, and whether each may hold a list */
function withoutEmpty(input: object, takesLists: Map<string, boolean>): object {
  const isAbsent = (name: string, value: unknown) =>
    takesLists.has(name) &&
    (value === null || (takesLists.get(name) && Array.isArray(value) && value.length === 0));
  return Object.fromEntries(Object.entries(input).filter(([name, value]) => !isAbsent(name, value)));
}
