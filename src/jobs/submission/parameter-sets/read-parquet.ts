import type { SchemaTree } from 'hyparquet';
import { LosslessNumber } from 'lossless-json';
import { maxTasks } from '../../../contracts/job/max-tasks.js';
import type { ParameterSetEntry } from '../../../contracts/job/parameter-set-entry.js';
import { pythonFloatRepr } from '../../../contracts/json/python-float-repr.js';
import type { Scalar } from '../../../contracts/json/scalar.js';
import { Seed } from '../../../contracts/task/seed.js';
import { ContractViolation } from '../../../contracts/validation/contract-violation.js';
import type { ColumnType } from './column-type.js';

/**
 * Parameter sets of a Parquet file, a set in each row: columns of whole numbers, floats, booleans and text, which stay what they are; a
 * column `seed` holds the seed of each row.
 *
 * @returns the sets, and the type of each column
 * @throws ContractViolation naming the column, and the row, of which the first is 1
 */
export async function readParquet(bytes: Uint8Array): Promise<{
  sets: ParameterSetEntry[];
  types: Map<string, ColumnType | 'seed'>;
}> {
  const [{ parquetMetadata, parquetReadObjects, parquetSchema }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const metadata = legible(() => parquetMetadata(file));
  const types = typesOf(parquetSchema(metadata).children);
  const rows = Number(metadata.num_rows);
  if (rows === 0) fail('The file', 'has no row: write a parameter set in each');
  if (rows > maxTasks)
    fail('The file', `has ${rows} parameter sets: split it into files of at most ${maxTasks}`);
  const read = await parquetReadObjects({ file, metadata, compressors }).catch(notLegible);
  const sets = read.map((row, at) => {
    const set: ParameterSetEntry = { params: {} };
    for (const [name, type] of types) {
      const where = `Row ${at + 1}, column ${name}`;
      const value: unknown = row[name];
      if (type === 'seed') set.seed = seedOf(value, where);
      else set.params[name] = parameterOf(type, value, where);
    }
    return set;
  });
  return { sets, types };
}

function typesOf(columns: SchemaTree[]): Map<string, ColumnType | 'seed'> {
  if (columns.length === 0) fail('The file', 'has no column: write the parameters into one each');
  const types = new Map<string, ColumnType | 'seed'>();
  for (const column of columns) {
    const { name } = column.element;
    const where = `Column ${name}`;
    if (types.has(name)) fail(where, 'is there twice: remove one');
    if (name === '') fail('The file', 'has a column without a name: name it, or leave it out');
    if (name === '__proto__') fail(where, 'cannot be used as a name: rename it');
    if (/^__index_level_\d+__$/.test(name))
      fail(where, 'is the index of a pandas table: leave it out with to_parquet(…, index=False)');
    const type = typeOf(column);
    if ('other' in type)
      fail(
        where,
        `is ${type.other}: a parameter is a whole number, a float, a boolean or text. Write it as one, or leave it out`,
      );
    if (name === 'seed' && type.type !== 'int')
      fail(
        where,
        'holds no whole numbers: it is the seed of each row. Correct it, or rename a parameter that is called so',
      );
    types.set(name, name === 'seed' ? 'seed' : type.type);
  }
  return types;
}

/** What a column holds as a parameter, or what it is that no parameter can be. */
function typeOf({ element, children }: SchemaTree): { type: ColumnType } | { other: string } {
  const { type: physical = '', logical_type: logical, converted_type: converted } = element;
  const meant: string = logical?.type ?? converted ?? '';
  if (children.length > 0 || element.repetition_type === 'REPEATED')
    return { other: `nested (${meant || 'a struct'})` };
  if (physical === 'BOOLEAN') return { type: 'bool' };
  if ((physical === 'FLOAT' || physical === 'DOUBLE') && meant === '') return { type: 'float' };
  if (/^INT(?:32|64)$/.test(physical) && /^$|^INTEGER$|^U?INT_\d+$/.test(meant)) return { type: 'int' };
  if (physical === 'BYTE_ARRAY' && /^(?:STRING|UTF8|ENUM)$/.test(meant)) return { type: 'text' };
  return { other: `of the type ${[meant, physical].filter(Boolean).join(' of ')}` };
}

function parameterOf(type: ColumnType, value: unknown, where: string): Scalar {
  if (value === undefined || value === null) missing(where);
  if (type === 'int') return new LosslessNumber(String(value));
  if (type !== 'float') return value as string | boolean;
  const number = Number(value);
  if (Number.isNaN(number)) missing(where);
  if (!Number.isFinite(number))
    fail(where, 'is infinite, which no JSON can be: give it a number, or leave the row out');
  return new LosslessNumber(pythonFloatRepr(number));
}

function seedOf(value: unknown, where: string): bigint {
  if (value === undefined || value === null) missing(where);
  const parsed = Seed.safeParse(BigInt(value as number | bigint));
  return parsed.success
    ? parsed.data
    : fail(where, `is ${value}: it holds the seed of each row, from 0 to 18446744073709551615`);
}

function missing(where: string): never {
  return fail(where, 'is missing: a parameter always has a value. Fill it in, or leave the row out');
}

function legible<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    return notLegible(cause);
  }
}

function notLegible(cause: unknown): never {
  return fail('The file', `cannot be read as Parquet: ${(cause as Error).message}`, cause);
}

function fail(what: string, complaint: string, cause?: unknown): never {
  throw new ContractViolation([], complaint, what, { cause });
}
