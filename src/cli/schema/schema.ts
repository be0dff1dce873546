import { formatSchema } from '../../contracts/schemas/format-schema.js';
import { jsonSchemas } from '../../contracts/schemas/json-schemas.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Output } from '../terminal/output.js';

/** What `mops-cold schema` does. */
export async function schema(output: Output, [of]: (string | undefined)[]): Promise<ExitCode> {
  const found = jsonSchemas()[of as keyof ReturnType<typeof jsonSchemas>];
  output.say(formatSchema(found).trimEnd());
  output.document(found);
  return exitCodes.done;
}
