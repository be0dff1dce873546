import { readFile } from 'node:fs/promises';
import { ParameterValues } from '../../contracts/parameter-values.js';
import { parseDocument } from '../../contracts/parse-document.js';
import { parseGrid } from '../../contracts/parse-grid.js';
import type { Scalar } from '../../contracts/scalar.js';
import { UsageError } from '../usage-error.js';

/**
 * One parameter set, from `name=value` texts and a JSON object (or the file that holds one).
 *
 * @throws UsageError, ContractViolation
 */
export async function readParams(given: string[], json: string | undefined): Promise<Record<string, Scalar>> {
  const sets = parseGrid(given);
  if (sets.length > 1) {
    throw new UsageError(
      'Cannot run one task with several values of a parameter: give one value, a string with a comma in double quotes.',
    );
  }
  const single = sets[0] ?? {};
  const fromJson =
    json === undefined ? {} : parseDocument(ParameterValues, await jsonText(json), '--params-json');
  const twice = Object.keys(single).find((name) => Object.hasOwn(fromJson, name));
  if (twice !== undefined)
    throw new UsageError(
      `Cannot use the parameter "${twice}": --param and --params-json both give it. Leave one out.`,
    );
  return { ...fromJson, ...single };
}

async function jsonText(textOrFile: string): Promise<string> {
  if (textOrFile.trimStart().startsWith('{')) return textOrFile;
  try {
    return await readFile(textOrFile, 'utf8');
  } catch (cause) {
    throw new UsageError(
      `Cannot read --params-json "${textOrFile}": it is neither a JSON object nor a file that can be read.`,
      { cause },
    );
  }
}
