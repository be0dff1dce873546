import { isLosslessNumber, parse } from 'lossless-json';
import { ContractViolation } from '../validation/contract-violation.js';
import { jsonPathAt } from './json-path-at.js';

/** Deeper documents are refused before a recursive reader could run out of stack. */
export const maxDepth = 100;

/**
 * Reads JSON without losing a digit: numbers become `LosslessNumber`s that keep their text.
 *
 * @param document what to call the document in an error
 * @throws ContractViolation naming the field, also for `NaN` and `Infinity` (Python writes those), for a
 *   name given twice with different values, and for the name `__proto__`
 */
export function parseJson(text: string, document = 'The document'): unknown {
  refuseDepth(text, document);
  let value: unknown;
  try {
    value = parse(text, undefined, {
      onDuplicateKey: ({ key, position }) => {
        const path = [...jsonPathAt(text, position - 1), key];
        throw new ContractViolation(path, 'is given twice, with different values', document);
      },
    });
  } catch (error) {
    throw error instanceof SyntaxError ? violationOf(error, text, document) : error;
  }
  refuseProto(value, [], document);
  return value;
}

function violationOf(error: SyntaxError, text: string, document: string): ContractViolation {
  const found = / at position (\d+)$/.exec(error.message)?.[1];
  const position = found === undefined ? text.length : Number(found);
  const path = jsonPathAt(text, position);
  const word = /^(?:NaN|Infinity)\b/.exec(text.slice(position, position + 9))?.[0];
  const sign = text[position - 1] === '-' ? '-' : '';
  if (word) {
    return new ContractViolation(path, `is ${sign}${word}: a number in JSON must be finite`, document, {
      cause: error,
    });
  }
  const written = writtenElsewhere(sign + text.slice(position, position + 40));
  return new ContractViolation(path, written ?? `is not valid JSON: ${error.message}`, document, {
    cause: error,
  });
}

/** What Python and other languages write where JSON is wanted, and how JSON writes it. */
function writtenElsewhere(rest: string): string | undefined {
  const word = /^(?:True|False|None)\b/.exec(rest)?.[0];
  if (word !== undefined)
    return `is ${word}, as Python writes it: JSON writes ${word === 'None' ? 'null' : word.toLowerCase()}`;
  const [number, sign, digits] = /^([+-]?)(\.\d+)/.exec(rest) ?? [];
  if (number !== undefined) return `is ${number}: JSON writes ${sign === '-' ? '-' : ''}0${digits}`;
  if (rest.startsWith('+')) return 'has a number that begins with +: JSON writes it without';
  if (rest.startsWith("'")) return "has single quotes ('…'): JSON writes strings and names in double quotes";
  if (/^(?:#|\/\/|\/\*)/.test(rest)) return 'has a comment, and JSON has none: remove it';
  return undefined;
}

function refuseDepth(text: string, document: string): void {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (quoted) {
      if (character === '\\') i++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    if (depth > maxDepth) {
      throw new ContractViolation([], `is nested more than ${maxDepth} levels deep: flatten it`, document);
    }
  }
}

/** Assigning to this name changes an object instead of adding to it, so the value would be lost on its way. */
function refuseProto(value: unknown, path: (string | number)[], document: string): void {
  if (typeof value !== 'object' || value === null || isLosslessNumber(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    if (key === '__proto__')
      throw new ContractViolation(here, 'cannot be used as a name: rename it', document);
    refuseProto(inner, here, document);
  }
}
