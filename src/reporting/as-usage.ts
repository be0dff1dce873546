import { ContractViolation } from '../contracts/validation/contract-violation.js';
import { UsageError } from './usage-error.js';

/**
 * Reads what a person gave, at once or later; what breaks the contract in it was wrongly asked for.
 *
 * @param cannot beginning of the sentence: `Cannot use this grid`
 * @throws UsageError
 */
export function asUsage<Value>(cannot: string, read: () => Value): Value {
  try {
    const value = read();
    return value instanceof Promise ? (value.catch((error) => refuse(cannot, error)) as Value) : value;
  } catch (error) {
    return refuse(cannot, error);
  }
}

function refuse(cannot: string, error: unknown): never {
  if (!(error instanceof ContractViolation)) throw error;
  const { field, message } = error;
  // `The file is …` reads on as `the file is …`; the name of a field stays as it is.
  const clause = field === '' ? message.charAt(0).toLowerCase() + message.slice(1) : message;
  throw new UsageError(`${cannot}: ${clause}`, { cause: error });
}
