import { CsvError, type Options, parse } from 'csv-parse/sync';
import { LosslessNumber } from 'lossless-json';
import type { ParameterSetEntry } from '../../../contracts/job/parameter-set-entry.js';
import { jsonProblem } from '../../../contracts/json/json-problem.js';
import { numberText } from '../../../contracts/json/number-text.js';
import type { Scalar } from '../../../contracts/json/scalar.js';
import { Seed } from '../../../contracts/task/seed.js';
import { ContractViolation } from '../../../contracts/validation/contract-violation.js';
import { firstRepeated } from '../../../contracts/validation/first-repeated.js';
import { type Cell, type ColumnType, columnType } from './column-type.js';

/**
 * Parameter sets of a table: a header with the names of the parameters, then a set in each row. A column has one type, by all its
 * cells; a column `seed` holds the seed of each row. The delimiter is a comma, or a semicolon or tab when the header has no comma.
 *
 * @returns the sets, and the type of each column
 * @throws ContractViolation naming row and column
 */
export function readCsv(text: string): {
  sets: ParameterSetEntry[];
  types: Map<string, ColumnType | 'seed'>;
} {
  const { names, columns } = columnsOf(text);
  checkNames(names);
  const rows = columns[0]?.length ?? 0;
  if (rows === 0) fail('The file', 'has no row below its header: write a parameter set in each');
  const types = new Map<string, ColumnType | 'seed'>();
  const sets = Array.from({ length: rows }, (): ParameterSetEntry => ({ params: {} }));
  for (const [at, name] of names.entries()) {
    const cells = columns[at] ?? [];
    const where = (row: number) => `Row ${row + 2}, column ${name}`;
    const type =
      name === 'seed' ? 'seed' : columnType(cells, (row, complaint) => fail(where(row), complaint));
    types.set(name, type);
    for (const [row, set] of sets.entries()) {
      const cell = cells[row] ?? '';
      if (type === 'seed') set.seed = seedOf(cell, () => where(row));
      else set.params[name] = parameterOf(type, cell, () => where(row));
    }
  }
  return { sets, types };
}

function columnsOf(text: string): { names: string[]; columns: Cell[][] } {
  let records = recordsOf(text, {});
  // To tell "" from nothing costs the parser objects for each cell: only where there is an empty one.
  if (records.some((cells) => cells.includes('')))
    records = recordsOf(text, { cast: (cell, { quoting }) => (cell === '' && !quoting ? undefined : cell) });
  const [header = [], ...rows] = records;
  const columns = header.map((_, at) => rows.map((row) => row[at]));
  return { names: header.map((name = '') => name), columns };
}

function recordsOf(text: string, options: Pick<Options, 'cast'>): Cell[][] {
  const [header = ''] = text.trimStart().split('\n', 1);
  const delimiter = [',', ';', '\t'].find((character) => header.includes(character)) ?? ',';
  try {
    return parse(text, { delimiter, trim: true, skip_empty_lines: true, ...options });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    if (cause.code === 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH')
      fail(
        `Line ${cause.lines}`,
        'has more or fewer cells than the header: each row has one below each name. Fill in what is missing, and put a cell in quotes that holds the delimiter',
        cause,
      );
    return fail('The file', `is no table: ${cause.message}`, cause);
  }
}

function checkNames(names: string[]): void {
  if (names.length === 0) fail('The file', 'is empty: write the names of the parameters in its first row');
  const unnamed = names.indexOf('');
  if (unnamed >= 0)
    fail(
      'The file',
      `has no name above column ${unnamed + 1}: name it, or leave it out (pandas: to_csv(…, index=False))`,
    );
  if (names.some((name) => numberText(name) !== undefined))
    fail(
      'The file',
      `has numbers in its first row (${names.slice(0, 5).join(', ')}): write the names of the parameters there`,
    );
  const twice = names[firstRepeated(names)];
  if (twice !== undefined) fail(`Column ${twice}`, 'is there twice: remove one');
  if (names.includes('__proto__')) fail('Column __proto__', 'cannot be used as a name: rename it');
}

function parameterOf(type: ColumnType, text: string, where: () => string): Scalar {
  if (type === 'bool') return text.toLowerCase() === 'true';
  const number = numberText(text) ?? text;
  const value =
    type === 'text'
      ? text
      : new LosslessNumber(type === 'float' && /^-?\d+$/.test(number) ? `${number}.0` : number);
  const problem = jsonProblem(value);
  return problem ? fail(where(), problem.complaint) : value;
}

function seedOf(text: string, where: () => string): bigint {
  const parsed = Seed.safeParse(/^\d{1,20}$/.test(text) ? BigInt(text) : text);
  if (parsed.success) return parsed.data;
  return fail(
    where(),
    `is ${JSON.stringify(text)}: it holds the seed of each row, from 0 to 18446744073709551615. Correct it, or rename a parameter that is called so`,
  );
}

function fail(what: string, complaint: string, cause?: unknown): never {
  throw new ContractViolation([], complaint, what, { cause });
}
