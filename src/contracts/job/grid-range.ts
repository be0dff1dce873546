import { LosslessNumber } from 'lossless-json';
import { pythonFloatRepr } from '../json/python-float-repr.js';

const number = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?`;
const shape = new RegExp(`^(${number}):(${number}):(${number})$`);

/** An exact decimal: `digits` × 10^-`places`. */
interface Decimal {
  digits: bigint;
  places: number;
}

/**
 * A range of a grid, `first:last:step`, both ends included, stepped in exact decimals: `0.1:0.5:0.1` are 0.1, 0.2, 0.3, 0.4 and 0.5. Whole
 * numbers when all three are written as such, else floats. The step is negative when it goes down.
 *
 * @returns undefined when the text is no range; `wrong` is the rest of a sentence that begins with the parameter
 */
export function gridRange(text: string, most: number): LosslessNumber[] | { wrong: string } | undefined {
  const [, ...parts] = shape.exec(text) ?? [];
  if (parts.length === 0) return undefined;
  const decimals = parts.map(decimalOf);
  const places = Math.max(...decimals.map((decimal) => decimal.places));
  const [first = 0n, last = 0n, step = 0n] = decimals.map((decimal) => scaled(decimal, places));
  const whole = parts.every((part) => /^[+-]?\d+$/.test(part));
  const written = (digits: bigint) => (whole ? String(digits) : floatText(digits, places));

  const range = `is the range ${text}`;
  if ([first, last].some((digits) => !Number.isFinite(Number(`${digits}e${-places}`))))
    return { wrong: `${range}, which lies outside the range of a 64-bit float: correct it` };
  if (step === 0n)
    return { wrong: `${range}, whose step is 0: give one that leads from its first to its last value` };
  const steps = (last - first) / step;
  if (steps < 0n)
    return {
      wrong: `${range}, whose step leads away from its end: write ${parts[0]}:${parts[1]}:${negated(parts[2])}`,
    };
  if (steps >= BigInt(most))
    return { wrong: `${range}, which has more than ${most} values: make the step larger` };
  const met = first + steps * step;
  if (met !== last) {
    const [before, after] = [met, met + step].map(written);
    return {
      wrong: `${range}, whose steps do not meet its end: they meet ${before} and ${after}. Write ${parts[0]}:${before}:${parts[2]} or ${parts[0]}:${after}:${parts[2]}`,
    };
  }
  const values = Array.from({ length: Number(steps) + 1 }, (_, at) => written(first + BigInt(at) * step));
  if (new Set(values).size < values.length)
    return { wrong: `${range}, whose step is too small for a 64-bit float: make it larger` };
  return values.map((value) => new LosslessNumber(value));
}

function decimalOf(text: string): Decimal {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [before = '', after = ''] = mantissa.split('.');
  return { digits: BigInt(`${before}${after}`.replace('+', '')), places: after.length - Number(exponent) };
}

function scaled({ digits, places }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(to - places);
}

/** As Python writes the float, so that `0.3` of a range and `0.3` of a list are the same parameter. */
function floatText(digits: bigint, places: number): string {
  return pythonFloatRepr(Number(`${digits}e${-places}`));
}

function negated(step = ''): string {
  return step.startsWith('-') ? step.slice(1) : `-${step.replace('+', '')}`;
}
