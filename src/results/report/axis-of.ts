import { isLosslessNumber } from 'lossless-json';
import type { Scalar } from '../../contracts/json/scalar.js';
import { cutText } from './cut-text.js';
import type { Axis } from './report-data.js';
import { rounded } from './rounded.js';

const mostGroups = 30;
const spans = 20;

/** A parameter as an axis: in which of its groups a value lies, and where it stands. */
export interface GroupedAxis {
  axis: Axis;
  group(value: Scalar | undefined): number | undefined;
  position(value: Scalar | undefined): number | undefined;
}

/**
 * Groups the values of a parameter: each value by itself, or, where there are more than 30, numbers in 20 equal spans (of equal ratios when all
 * are positive and reach over two powers of ten) and the rarest words together.
 *
 * @returns undefined when there is only one value
 */
export function axisOf(name: string, values: (Scalar | undefined)[]): GroupedAxis | undefined {
  const counts = new Map<string, { value: Scalar; rows: number }>();
  for (const value of values) {
    if (value === undefined) continue;
    const key = keyOf(value);
    const known = counts.get(key);
    if (known) known.rows += 1;
    else counts.set(key, { value, rows: 1 });
  }
  if (counts.size < 2) return undefined;
  const distinct = [...counts.values()];
  return distinct.every(({ value }) => isLosslessNumber(value) && Number.isFinite(Number(value.value)))
    ? ofNumbers(
        name,
        distinct.map(({ value }) => value),
      )
    : ofWords(name, distinct);
}

/** Numbers are the same when they are the same double: `0.30` is `0.3`. */
function keyOf(value: Scalar): string {
  return isLosslessNumber(value) ? `n${Number(value.value)}` : `${typeof value} ${value}`;
}

function ofNumbers(name: string, values: Scalar[]): GroupedAxis {
  const numbers = values.map((value) => Number(String(value))).sort((a, b) => a - b);
  const [low = 0, high = 0] = [numbers[0], numbers.at(-1)];
  const isBinned = numbers.length > mostGroups;
  const isLogarithmic = low > 0 && high / low >= 100;
  const [scale, unscale] = isLogarithmic
    ? [Math.log, Math.exp]
    : [(value: number) => value, (value: number) => value];
  const [from, width] = [scale(low), (scale(high) - scale(low)) / spans];
  const edge = (at: number) => unscale(from + width * at);
  const places = new Map(numbers.map((value, at) => [value, at]));
  const axis: Axis = {
    ...{ name: cutText(name), kind: 'number', distinct: numbers.length, isBinned },
    centres: isBinned ? Array.from({ length: spans }, (_, at) => rounded(edge(at + 0.5))) : numbers,
    labels: isBinned
      ? Array.from({ length: spans }, (_, at) => `${rounded(edge(at))} to ${rounded(edge(at + 1))}`)
      : numbers.map(String),
  };
  const number = (value: Scalar | undefined) => (isLosslessNumber(value) ? Number(value.value) : undefined);
  return {
    axis,
    position: number,
    group(value) {
      const of = number(value);
      if (of === undefined) return undefined;
      if (!isBinned) return places.get(of);
      return Math.max(0, Math.min(spans - 1, Math.floor((scale(of) - from) / width)));
    },
  };
}

function ofWords(name: string, distinct: { value: Scalar; rows: number }[]): GroupedAxis {
  const isBinned = distinct.length > mostGroups;
  const shown = isBinned ? [...distinct].sort((a, b) => b.rows - a.rows).slice(0, mostGroups - 1) : distinct;
  const labels = shown.map(({ value }) => cutText(String(value), 60));
  const places = new Map(shown.map(({ value }, at) => [keyOf(value), at]));
  if (isBinned) labels.push(`${distinct.length - shown.length} others`);
  const group = (value: Scalar | undefined) =>
    value === undefined
      ? undefined
      : (places.get(keyOf(value)) ?? (isBinned ? labels.length - 1 : undefined));
  const axis: Axis = {
    ...{ name: cutText(name), kind: 'category', distinct: distinct.length, labels, isBinned },
    centres: labels.map((_, at) => at),
  };
  return { axis, group, position: group };
}
