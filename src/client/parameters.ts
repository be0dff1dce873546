import { isLosslessNumber, LosslessNumber } from 'lossless-json';
import type { Scalar } from '../contracts/json/scalar.js';
import { UsageError } from '../reporting/usage-error.js';

/** A value of a parameter. A whole `number` is an integer for the model, as `3` in Python; `new Float(3)` is `3.0`. */
export type ParameterValue = string | boolean | number | bigint | Float;

/** Parameters by name. */
export type Parameters = Readonly<Record<string, ParameterValue>>;

/** Parameters as they are read; integers beyond what a `number` holds exactly are BigInts. */
export type PlainParameters = Record<string, string | boolean | number | bigint>;

/** A number that is a float for the model, also where it is whole: JavaScript does not tell `3` from `3.0`, and they are two parameter sets. */
export class Float {
  readonly value: number;

  constructor(value: number) {
    if (!Number.isFinite(value)) throw new UsageError(`Cannot use ${value}: a parameter must be finite.`);
    this.value = value;
  }

  /** As JSON writes a float. */
  toString(): string {
    if (Object.is(this.value, -0)) return '-0.0';
    const text = String(this.value);
    return /^-?\d+$/.test(text) ? `${text}.0` : text;
  }
}

/**
 * Parameters as tasks carry them.
 *
 * @throws UsageError that names the parameter
 */
export function toScalars(parameters: Parameters): Record<string, Scalar> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, toScalar(name, value)]));
}

function toScalar(name: string, value: ParameterValue): Scalar {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (value instanceof Float || typeof value === 'bigint') return new LosslessNumber(String(value));
  if (typeof value !== 'number')
    throw new UsageError(
      `Cannot use the parameter ${name}: it is ${value === null ? 'null' : typeof value}, and must be a number, a string, true or false. Leave it out where it has no value.`,
    );
  if (!Number.isFinite(value))
    throw new UsageError(`Cannot use the parameter ${name}: it is ${value}, and must be finite.`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new UsageError(
      `Cannot use the parameter ${name}: ${value} is beyond what a number holds exactly. Write it as a BigInt, or as new Float(${value}).`,
    );
  return new LosslessNumber(Object.is(value, -0) ? '-0.0' : String(value));
}

/** Parameters as a program takes them; integers beyond what a `number` holds exactly are BigInts. */
export function fromScalars(values: Record<string, Scalar>): PlainParameters {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      isLosslessNumber(value) ? plain(value.value) : value,
    ]),
  );
}

function plain(text: string): number | bigint {
  const number = Number(text);
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(number) ? BigInt(text) : number;
}
