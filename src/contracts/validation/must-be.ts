import { isLosslessNumber } from 'lossless-json';

/**
 * The error of a zod schema as the rest of a sentence that begins with the field's name:
 * `is missing`, `is null: it must be a string`.
 */
export function mustBe(what: string): { error: (issue: { input?: unknown }) => string } {
  return {
    error: ({ input }) => (input === undefined ? 'is missing' : `is ${described(input)}: it must be ${what}`),
  };
}

function described(value: unknown): string {
  if (typeof value === 'string') return `the string ${JSON.stringify(shortened(value))}`;
  if (isLosslessNumber(value)) return shortened(value.value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return shortened(String(value));
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
