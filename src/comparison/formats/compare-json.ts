import { readJson } from '../../formats/read-json.js';
import type { FieldsComparison } from '../values/compare-fields.js';

/**
 * Compares two JSON documents path by path; Python's NaN and Infinity are read too.
 *
 * @throws Error that says what is wrong with one of them
 */
export async function compareJson(first: string, second: string, fields: FieldsComparison): Promise<void> {
  fields.compare('', await readJson(first), await readJson(second), () => '');
}
