import { ContractViolation } from '../validation/contract-violation.js';
import { maxDepth, parseJson } from './parse-json.js';

/** Values that are read one by one, each when it is its turn. */
export type Items = Iterable<unknown> & { readonly length: number };

export interface Apart {
  /** The document, its list empty. */
  rest: unknown;
  /** What the list holds; nothing where there is none. */
  items: Items;
}

/**
 * Reads JSON as `parseJson` does, but for one list, whose items are parsed as they are asked for: parsed all at
 * once, a hundred thousand of them take several times the memory of what is made of them.
 *
 * @param names the list is the field of the outermost object that has one of these names, or the whole document
 * @throws ContractViolation naming the field; of an item when it is read
 */
export function parseApart(text: string, names: readonly string[], document: string): Apart {
  const found = findList(text, names);
  if (found === undefined) return apartOf(parseJson(text, document), names);
  const without = `${text.slice(0, found.begin)}[]${text.slice(found.end)}`;
  return {
    rest: placed(text, document, () => parseJson(without, document)),
    items: new ParsedItems(text, found.bounds, document),
  };
}

/** Where in a document it fails, only a reader of all of it can say. */
function placed(text: string, document: string, read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof ContractViolation) parseJson(text, document);
    throw error;
  }
}

/** Of a document that was parsed whole. */
function apartOf(whole: unknown, names: readonly string[]): Apart {
  if (Array.isArray(whole)) return { rest: [], items: whole };
  if (typeof whole !== 'object' || whole === null) return { rest: whole, items: [] };
  for (const [name, items] of Object.entries(whole)) {
    if (names.includes(name) && Array.isArray(items)) return { rest: { ...whole, [name]: [] }, items };
  }
  return { rest: whole, items: [] };
}

class ParsedItems implements Items {
  readonly #text: string;
  readonly #bounds: readonly number[];
  readonly #document: string;

  constructor(text: string, bounds: readonly number[], document: string) {
    this.#text = text;
    this.#bounds = bounds;
    this.#document = document;
  }

  get length(): number {
    return this.#bounds.length - 1;
  }

  *[Symbol.iterator](): Generator<unknown> {
    for (const [index, end] of this.#bounds.entries()) {
      const begin = this.#bounds[index - 1];
      if (begin === undefined) continue;
      const item = this.#text.slice(begin + 1, end);
      yield placed(this.#text, this.#document, () => parseJson(item, this.#document));
    }
  }
}

interface FoundList {
  /** Where its opening bracket is. */
  begin: number;
  /** Behind its closing one. */
  end: number;
  /** Where both brackets are, and the commas between its items. */
  bounds: number[];
}

/**
 * Where a list that is not empty lies, going by brackets, commas and quotes alone: what is no JSON is found by
 * its parser. Nothing is found where a name of the outermost object is given twice or written with escapes, or
 * where all is too deep.
 */
function findList(text: string, names: readonly string[]): FoundList | undefined {
  const level = /^\s*\[/.test(text) ? 1 : 2;
  let found: FoundList | undefined;
  let depth = 0;
  const keys = new Set<string>();
  /** The string before, where no comma came behind it. */
  let name = '';
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === quote) {
      const end = endOfString(text, at);
      if (depth === 1) name = text.slice(at + 1, end);
      at = end;
    } else if (character === openingBrace || character === openingBracket) {
      if (++depth > maxDepth) return undefined;
      const isList = character === openingBracket && (level === 1 || names.includes(name));
      if (isList && depth === level) found ??= { begin: at, end: 0, bounds: [at] };
    } else if (character === closingBrace || character === closingBracket) {
      if (depth === level && found?.end === 0) {
        if (character !== closingBracket) return undefined;
        found.bounds.push(at);
        found.end = at + 1;
      }
      depth--;
    } else if (character === comma) {
      if (depth === level && found?.end === 0) found.bounds.push(at);
      if (depth === 1) name = '';
    } else if (character === colon && depth === 1) {
      if (keys.has(name) || name.includes('\\')) return undefined;
      keys.add(name);
    }
  }
  if (found === undefined || found.end === 0) return undefined;
  const isEmpty = found.bounds.length === 2 && text.slice(found.begin + 1, found.end - 1).trim() === '';
  return isEmpty ? undefined : found;
}

const [quote, backslash, comma, colon] = ['"', '\\', ',', ':'].map((character) => character.charCodeAt(0));
const [openingBrace, closingBrace] = ['{', '}'].map((character) => character.charCodeAt(0));
const [openingBracket, closingBracket] = ['[', ']'].map((character) => character.charCodeAt(0));

function endOfString(text: string, begin: number): number {
  let at = begin + 1;
  while (at < text.length && text.charCodeAt(at) !== quote) at += text.charCodeAt(at) === backslash ? 2 : 1;
  return at;
}
