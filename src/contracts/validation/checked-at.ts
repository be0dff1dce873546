import type { z } from 'zod';
import { ContractViolation } from './contract-violation.js';
import { violationOf } from './violation-of.js';

/**
 * What a schema makes of a part of a document.
 *
 * @param path where in the document it lies
 * @throws ContractViolation naming the field of the document
 */
export function checkedAt<Schema extends z.ZodType>(
  path: readonly (string | number)[],
  schema: Schema,
  value: unknown,
  document: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const violation = violationOf(parsed.error);
  throw new ContractViolation([...path, ...violation.path], violation.complaint, document, {
    cause: violation,
  });
}
