import { LosslessNumber } from 'lossless-json';
import type { Sampling } from '../../../contracts/job/sampling.js';
import { pythonFloatRepr } from '../../../contracts/json/python-float-repr.js';
import type { Scalar } from '../../../contracts/json/scalar.js';
import { ContractViolation } from '../../../contracts/validation/contract-violation.js';
import { latinHypercube } from './latin-hypercube.js';
import { parseRanges, type SampledRange } from './parse-ranges.js';
import { randomNumbers } from './random-numbers.js';
import { mostSobolDimensions, sobolPoints } from './sobol-points.js';

/**
 * Parameter sets that are sampled from ranges, the same ones for the same seed on every machine.
 *
 * @throws ContractViolation naming the parameter
 */
export function sampleSets({ method, count, seed, ranges: texts }: Sampling): Record<string, Scalar>[] {
  const ranges = parseRanges(texts);
  if (method === 'sobol' && ranges.length > mostSobolDimensions)
    throw new ContractViolation(
      [],
      `are ${ranges.length}, and Sobol's sequence is here for at most ${mostSobolDimensions} parameters: use --lhs`,
      'The ranges',
    );
  const points =
    method === 'sobol'
      ? sobolPoints(count, ranges.length, randomNumbers(seed, 'shift', ranges.length))
      : latinHypercube(count, ranges.length, seed);
  return points.map((point) =>
    Object.fromEntries(ranges.map((range, at) => [range.name, valueAt(range, point[at] ?? 0)])),
  );
}

/** @param place from 0 to below 1 */
function valueAt({ low, high, log, whole }: SampledRange, place: number): LosslessNumber {
  // Every whole number has as large a part of the range as the others, the last one too.
  const end = whole ? high + 1 : high;
  const value = log ? low * Math.exp(place * Math.log(end / low)) : low + place * (end - low);
  const held = Math.min(Math.max(whole ? Math.floor(value) : value, low), high);
  return new LosslessNumber(whole ? String(held) : pythonFloatRepr(held));
}
