import { ContractViolation } from '../contracts/validation/contract-violation.js';
import { UsageError } from './usage-error.js';

/**
 * Reads what a person gave; what breaks the contract in it was wrongly asked for.
 *
 * @param cannot beginning of the sentence: `Cannot use this grid`
 * @throws UsageError
 */
export function asUsage<Value>(cannot: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ContractViolation)) throw error;
    const { field, message } = error;
    // `The file is …` reads on as `the file is …`; the name of a field stays as it is.
    const clause = field === '' ? message.charAt(0).toLowerCase() + message.slice(1) : message;
    throw new UsageError(`${cannot}: ${clause}`, { cause: error });
  }
}
