import type { z } from 'zod';
import { violationOf } from '../validation/violation-of.js';
import { parseJson } from './parse-json.js';

/**
 * Reads one of our own documents from its JSON text. Parameters keep the text of their numbers, seeds are
 * bigint, every other number is a plain one.
 *
 * @param document what to call it in an error: `The result`
 * @throws ContractViolation naming the field
 */
export function parseDocument<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  document?: string,
): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(text, document));
  if (!parsed.success) throw violationOf(parsed.error, document);
  return parsed.data;
}
