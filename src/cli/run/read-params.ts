import { parseGrid } from '../../contracts/job/parse-grid.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import type { Scalar } from '../../contracts/json/scalar.js';
import { ParameterValues } from '../../contracts/task/parameter-values.js';
import { readText } from '../../files/read-text.js';
import { UnreadableFile } from '../../files/unreadable-file.js';
import { asUsage } from '../../reporting/as-usage.js';
import { UsageError } from '../../reporting/usage-error.js';

/**
 * One parameter set, from `name=value` texts and a JSON object (or the file that holds one).
 *
 * @throws UsageError
 */
export async function readParams(given: string[], json: string | undefined): Promise<Record<string, Scalar>> {
  const sets = asUsage('Cannot use these parameters', () => parseGrid(given));
  if (sets.length > 1) {
    throw new UsageError(
      'Cannot run one task with several values of a parameter: give one value, a string with a comma in double quotes.',
    );
  }
  const single = sets[0] ?? {};
  const fromJson = json === undefined ? {} : await readJson(json);
  const twice = Object.keys(single).find((name) => Object.hasOwn(fromJson, name));
  if (twice !== undefined)
    throw new UsageError(
      `Cannot use the parameter "${twice}": --param and --params-json both give it. Leave one out.`,
    );
  return { ...fromJson, ...single };
}

async function readJson(textOrFile: string): Promise<Record<string, Scalar>> {
  const text = await jsonText(textOrFile);
  return asUsage('Cannot use these parameters', () => parseDocument(ParameterValues, text, '--params-json'));
}

async function jsonText(textOrFile: string): Promise<string> {
  if (textOrFile.trimStart().startsWith('{')) return textOrFile;
  try {
    return await readText(textOrFile);
  } catch (cause) {
    if (!(cause instanceof UnreadableFile)) throw cause;
    throw new UsageError(
      `Cannot use --params-json ${textOrFile}: it is no JSON object, and as a file it cannot be read: ${cause.why}. Give an object such as '{"beta": 0.3}', or such a file.`,
      { cause },
    );
  }
}
