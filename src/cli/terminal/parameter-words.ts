import type { Scalar } from '../../contracts/json/scalar.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';

/** Parameters as a person gives them on the command line: `beta=0.3 seed=7`. */
export function parameterWords(params: Record<string, Scalar | bigint>): string {
  return Object.entries(params)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : stringifyJson(value)}`)
    .join(' ');
}
