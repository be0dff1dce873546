import { z } from 'zod';
import { mustBe } from '../validation/must-be.js';

const form = mustBe('the key of a result, 32 hex digits, or <key>/<32 hex digits> for a further one of it');

/**
 * Names one stored result: its key, or, where it is not the first one of that key (other packages, a run without cache), the key and
 * the name of its file.
 */
export const ResultName = z.string(form).regex(/^[0-9a-f]{32}(?:\/[0-9a-f]{32})?$/, form);

/** The name of the result that a reference leads to, as outcome records have one. */
export function resultNameOf(reference: string): string {
  const [, key, further] =
    /\/([0-9a-f]{32})\/(?:result|results\/([0-9a-f]{32}))\.json$/.exec(reference) ?? [];
  if (key === undefined)
    throw new Error(
      `Cannot tell which result the reference "${reference}" leads to: it names no result.json.`,
    );
  return further === undefined ? key : `${key}/${further}`;
}
