import type { z } from 'zod';
import { ContractViolation } from './contract-violation.js';

/** What zod found, as one violation: an unknown field first, since a misspelt name also makes another one missing. */
export function violationOf(error: z.ZodError, document?: string): ContractViolation {
  const issue = error.issues.find(({ code }) => code === 'unrecognized_keys') ?? error.issues[0];
  if (!issue) return new ContractViolation([], 'breaks the schema', document, { cause: error });
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
  return new ContractViolation(path, issue.message, document, { cause: error });
}
