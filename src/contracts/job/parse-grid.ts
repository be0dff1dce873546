import { LosslessNumber } from 'lossless-json';
import { numberText } from '../json/number-text.js';
import { Scalar } from '../json/scalar.js';
import { stringifyJson } from '../json/stringify-json.js';
import { ContractViolation } from '../validation/contract-violation.js';
import { shellWord } from '../validation/shell-word.js';
import { violationOf } from '../validation/violation-of.js';
import { gridRange } from './grid-range.js';
import { maxTasks } from './max-tasks.js';

type ParameterSet = Record<string, Scalar>;

/**
 * Parameter sets of a grid, the last parameter varying fastest: `['x=1,2', 'y=0.1:0.5:0.1', 'name="a,b",c', 'on=true']`.
 * Numbers keep their text, `true` and `false` are booleans, also as Python writes them, `first:last:step` is a range, anything else is a
 * string, which may be quoted as in JSON.
 *
 * @throws ContractViolation naming the parameter
 */
export function parseGrid(axes: readonly string[]): ParameterSet[] {
  let sets: ParameterSet[] = [{}];
  const names = new Set<string>();
  for (const axis of axes) {
    const cut = axis.indexOf('=');
    const name = axis.slice(0, Math.max(cut, 0)).trim();
    if (name === '')
      throw new ContractViolation(
        [],
        'must name a parameter and its values, as in x=1',
        JSON.stringify(axis),
      );
    if (name === '__proto__') fail([name], 'cannot be used as a name: rename it');
    if (names.has(name)) fail([name], 'is given twice: put all its values into one list');
    names.add(name);
    const values = readValues(name, axis.slice(cut + 1));
    if (sets.length * values.length > maxTasks)
      fail([name], `makes the grid larger than ${maxTasks} parameter sets`);
    sets = sets.flatMap((set) => values.map((value) => ({ ...set, [name]: value })));
  }
  return sets;
}

function readValues(name: string, list: string): Scalar[] {
  // A value is a quoted string or runs up to the next comma.
  const texts = [...list.matchAll(/(?:^|,)\s*("(?:[^"\\]|\\.)*"|[^,]*?)\s*(?=,|$)/g)].map(
    ([, text = '']) => text,
  );
  const values = texts
    .flatMap((text) => readValue(name, text))
    .map((value) => {
      const checked = Scalar.safeParse(value);
      return checked.success ? checked.data : fail([name], violationOf(checked.error).complaint);
    });
  const seen = new Set<string>();
  const again = values.map((value) => stringifyJson(value)).find((text) => seen.size === seen.add(text).size);
  if (again !== undefined) fail([name], `has the value ${again} twice: remove one`);
  return values;
}

function readValue(name: string, text: string): Scalar | Scalar[] {
  if (text === '') fail([name], 'has an empty value: write "" for an empty string');
  if (/^(?:true|True|false|False)$/.test(text)) return text.toLowerCase() === 'true';
  const number = numberText(text);
  if (number !== undefined) return new LosslessNumber(number);
  if (text.startsWith('"')) return unquoted(name, text);
  const range = gridRange(text, maxTasks);
  if (range !== undefined) return 'wrong' in range ? fail([name], range.wrong) : range;
  const asString = `write ${shellWord(`${name}=${JSON.stringify(text)}`)} for the string`;
  if (/^(?:null|none|na|n\/a)$/i.test(text))
    fail(
      [name],
      `has the value ${text}, and a parameter always has one: leave the parameter out, or ${asString}`,
    );
  if (/^(?:true|false|[+-]?(?:nan|inf|infinity))$/i.test(text) || isNumberElsewhere(text))
    fail([name], `has the value ${text}, which is no JSON: correct it, or ${asString}`);
  if (/^[-+.\deE]+(?::[-+.\deE]*)+$/.test(text) || /^[-+\d.]*\d\.\.[-+\d.]+$/.test(text))
    fail(
      [name],
      `has the value ${text}, which is no range: write it as ${name}=first:last:step, or ${asString}`,
    );
  if (/["[\]{}]/.test(text) || /^'.*'$/s.test(text))
    fail(
      [name],
      `has the value ${text}: parameters are single values, and strings with such characters must be quoted as in JSON, in quotes that the shell keeps; ${asString}`,
    );
  return text;
}

function unquoted(name: string, text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    return fail(
      [name],
      `has the value ${text}, which is no string in JSON: check its quotes and backslashes`,
    );
  }
}

/** `01`, `0x1f`, `1__0`: numbers to some languages, and easily meant as one. */
function isNumberElsewhere(text: string): boolean {
  return !Number.isNaN(Number(text.replaceAll('_', '')));
}

function fail(path: string[], complaint: string): never {
  throw new ContractViolation(path, complaint);
}
