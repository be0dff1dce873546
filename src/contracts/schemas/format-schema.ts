import type { JsonSchema } from './json-schemas.js';

/** A JSON Schema as text. What no 64-bit float is, the end of the seeds, is written as it is. */
export function formatSchema(schema: JsonSchema): string {
  const text = JSON.stringify(schema, null, 2);
  return `${text.replaceAll(String(2 ** 64), String(2n ** 64n))}\n`;
}
