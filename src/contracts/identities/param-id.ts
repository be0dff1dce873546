import { canonicalJson } from '../json/canonical-json.js';
import type { Scalar } from '../json/scalar.js';
import { blake2b } from './blake2b.js';

/** The id of a parameter set, 64 hex digits, as modelops-contracts computes it: `1` and `1.0` differ. */
export function paramId(values: Record<string, Scalar>): string {
  return blake2b(`contracts:param:v1|${canonicalJson(values)}`, 256);
}
