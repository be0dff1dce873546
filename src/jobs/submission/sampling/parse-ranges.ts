import { ContractViolation } from '../../../contracts/validation/contract-violation.js';

/** Between which values a parameter is sampled. */
export interface SampledRange {
  name: string;
  low: number;
  high: number;
  /** Evenly in its logarithm. */
  log: boolean;
  /** Whole numbers, both ends included; else floats. */
  whole: boolean;
  /** As it was given, without the name. */
  text: string;
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;

/**
 * Ranges as they are written on a command line: `beta=0.1:0.5`, `dose=log:0.01:10`, `n=1:100`. Those whose ends are both written as whole
 * numbers give whole numbers.
 *
 * @throws ContractViolation naming the parameter
 */
export function parseRanges(texts: readonly string[]): SampledRange[] {
  const ranges = texts.map(parseRange);
  const twice = ranges.find(({ name }, at) => ranges.findIndex((other) => other.name === name) < at);
  if (twice) throw new ContractViolation([twice.name], 'is given twice: a parameter has one range');
  return ranges;
}

function parseRange(given: string): SampledRange {
  const cut = given.indexOf('=');
  const name = given.slice(0, Math.max(cut, 0)).trim();
  if (name === '')
    throw new ContractViolation(
      [],
      'must name a parameter and its range, as in beta=0.1:0.5',
      JSON.stringify(given),
    );
  if (name === '__proto__') throw new ContractViolation([name], 'cannot be used as a name: rename it');
  const text = given.slice(cut + 1).trim();
  const fail = (complaint: string): never => {
    throw new ContractViolation([name], `has the range ${JSON.stringify(text)}, ${complaint}`);
  };
  const log = text.startsWith('log:');
  const ends = (log ? text.slice(4) : text).split(':');
  if (ends.length === 3)
    fail('which has three parts: a range is low:high; a grid with steps is given with --grid');
  if (ends.length !== 2 || !ends.every((end) => decimal.test(end)))
    fail('which is none: write low:high, as in 0.1:0.5, or log:low:high');
  const [low = Number.NaN, high = Number.NaN] = ends.map(Number);
  const whole = ends.every((end) => /^[+-]?\d+$/.test(end));
  if (![low, high, high - low].every(Number.isFinite))
    fail('which lies outside the range of a 64-bit float: correct it');
  if (whole && ![low, high].every(Number.isSafeInteger))
    fail('whose ends are larger than 2^53: write them as floats');
  if (low > high) fail(`which runs backwards: write ${log ? 'log:' : ''}${ends[1]}:${ends[0]}`);
  if (low === high) fail(`which holds a single value: give it with --grid ${name}=${ends[0]}`);
  if (log && low <= 0)
    fail('whose logarithm does not exist: both ends of a logarithmic range must be above 0');
  return { name, low, high, log, whole, text };
}
