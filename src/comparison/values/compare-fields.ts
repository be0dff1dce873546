import type { ValueDifference } from '../content-difference.js';
import { compareField, type FieldComparison } from './compare-field.js';

/** A document with a name for each agent has no end of fields. */
const mostFields = 1_000;
/** So many that differ are told one by one; so many remarks on structure, too. */
const told = 50;

export interface FieldsComparison {
  /** Compares a pair of values of a field, nested ones element by element, down to their scalars. */
  compare(field: string, a: unknown, b: unknown, at: () => string): void;
  /** Something of columns, types, rows or shapes that is not the same: a sentence, told once. */
  remark(sentence: string): void;
  namesReordered(): void;
  difference(): ValueDifference;
}

/** Compares values by field, in memory that does not grow with how many there are. */
export function compareFields(finishedAt: readonly [number, number]): FieldsComparison {
  const fields = new Map<string, FieldComparison>();
  const remarks = new Set<string>();
  let reordered = false;
  const fieldOf = (name: string): FieldComparison => {
    const known = fields.get(name);
    if (known) return known;
    if (fields.size >= mostFields && name !== '…') return fieldOf('…');
    const made = compareField(name, finishedAt);
    fields.set(name, made);
    return made;
  };
  const remark = (sentence: string) => {
    if (remarks.size < told) remarks.add(sentence);
  };

  const compare = (field: string, a: unknown, b: unknown, at: () => string): void => {
    if (Array.isArray(a) && Array.isArray(b)) {
      if (a.length !== b.length)
        remark(`${at() || 'the list'} has ${a.length} elements in the first, and ${b.length} in the second`);
      const length = Math.min(a.length, b.length);
      for (let index = 0; index < length; index++)
        compare(`${field}[]`, a[index], b[index], () => `${at()}[${index}]`);
    } else if (isPlain(a) && isPlain(b)) {
      const [names, others] = [Object.keys(a), Object.keys(b)];
      const inBoth = names.filter((name) => Object.hasOwn(b, name));
      for (const name of names)
        if (!Object.hasOwn(b, name)) remark(`${at() || 'the object'} has "${name}" only in the first`);
      for (const name of others)
        if (!Object.hasOwn(a, name)) remark(`${at() || 'the object'} has "${name}" only in the second`);
      const order = others.filter((name) => Object.hasOwn(a, name));
      if (inBoth.some((name, index) => order[index] !== name)) reordered = true;
      for (const name of inBoth) compare(joined(field, name), a[name], b[name], () => joined(at(), name));
    } else if (isNested(a) || isNested(b)) {
      if (isNested(a) && isNested(b))
        remark(`${at()} is ${kindOf(a)} in the first, and ${kindOf(b)} in the second`);
      else fieldOf(field).compare(isNested(a) ? kindOf(a) : a, isNested(b) ? kindOf(b) : b, at);
    } else fieldOf(field).compare(a, b, at);
  };

  return {
    compare,
    remark,
    namesReordered() {
      reordered = true;
    },
    difference() {
      const differing = [...fields.values()].flatMap((field) => field.difference() ?? []);
      return {
        structure: [...remarks],
        fields: differing.slice(0, told),
        more_fields: Math.max(0, differing.length - told),
        names_reordered: reordered,
      };
    },
  };
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isNested(value: unknown): boolean {
  return Array.isArray(value) || isPlain(value);
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'a list' : 'an object';
}
