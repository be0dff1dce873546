import { extname } from 'node:path';
import { columnsTold } from './columns-told.js';
import { readParameterSets, type SubmittedFile } from './read-parameter-sets.js';
import { readParquet } from './read-parquet.js';

/**
 * What a file holds that is to be submitted.
 *
 * @param name its name; `.parquet` is a table too, and all else is text
 * @throws ContractViolation
 */
export async function readParameterFile(
  name: string,
  file: { text: () => Promise<string>; bytes: () => Promise<Uint8Array> },
): Promise<SubmittedFile> {
  if (extname(name).toLowerCase() !== '.parquet') return readParameterSets(name, await file.text());
  const { sets, types } = await readParquet(await file.bytes());
  return { sets, told: [columnsTold(types)] };
}
