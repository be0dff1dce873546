import { ParameterSetEntry } from '../../../contracts/job/parameter-set-entry.js';
import { parseDocument } from '../../../contracts/json/parse-document.js';
import { ContractViolation } from '../../../contracts/validation/contract-violation.js';

/**
 * Parameter sets, an object in each line: plain parameters by name, or `{params, seed?}`.
 *
 * @throws ContractViolation naming the line
 */
export function readJsonLines(text: string): ParameterSetEntry[] {
  const sets = text.split('\n').flatMap((line, at) => (line.trim() === '' ? [] : [readLine(line, at + 1)]));
  if (sets.length === 0)
    throw new ContractViolation([], 'is empty: write a parameter set in each line', 'The file');
  return sets;
}

function readLine(line: string, number: number): ParameterSetEntry {
  try {
    return parseDocument(ParameterSetEntry, line, `Line ${number}`);
  } catch (error) {
    if (!(error instanceof ContractViolation) || error.field === '') throw error;
    throw new ContractViolation([], `is wrong in ${error.message}`, `Line ${number}`, { cause: error });
  }
}
