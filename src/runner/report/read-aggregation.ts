import { readFile } from 'node:fs/promises';
import { parseDocument } from '../../contracts/json/parse-document.js';
import { AggregationReturn } from '../../contracts/result/aggregation-return.js';
import { ContractViolation } from '../../contracts/validation/contract-violation.js';
import type { ArtifactFile } from '../../simulation/ports.js';

/** More than the runner itself writes of the largest diagnostics that it allows. */
const largestBytes = 128 * 1024;

/** What a target answered, as its process has written it; undefined when that is no such answer: the target may have put another file there. */
export async function readAggregation(files: ArtifactFile[]): Promise<AggregationReturn | undefined> {
  const file = files.find(({ name }) => name === 'aggregation');
  if (file === undefined || file.size > largestBytes) return undefined;
  try {
    return parseDocument(AggregationReturn, await readFile(file.path, 'utf8'));
  } catch (error) {
    if (error instanceof ContractViolation) return undefined;
    throw error;
  }
}
