import { quantile } from './quantile.js';
import type { Spread } from './report-data.js';
import { rounded } from './rounded.js';

const bins = 40;
/** Where the middle 98 % reach over so many times the smallest, bins of equal widths would show one bar. */
const ratioForLogarithm = 50;

/** How values are distributed; undefined when there are none. */
export function spreadOf(
  name: string,
  unit: Spread['unit'],
  values: { value: number; succeeded: boolean }[],
): Spread | undefined {
  if (values.length === 0) return undefined;
  const sorted = Float64Array.from(values, ({ value }) => value).sort();
  const [smallest = 0, largest = 0] = [sorted[0], sorted.at(-1)];
  const isLogarithmic = smallest > 0 && quantile(sorted, 0.99) / quantile(sorted, 0.01) >= ratioForLogarithm;
  const scale = isLogarithmic ? Math.log : (value: number) => value;
  const unscale = isLogarithmic ? Math.exp : (value: number) => value;
  const [low, high] = [scale(smallest), scale(largest)];
  const count = high > low ? bins : 1;
  const edges = Array.from({ length: count + 1 }, (_, at) => unscale(low + ((high - low) * at) / count));
  const [succeeded, failed] = [Array<number>(count).fill(0), Array<number>(count).fill(0)];
  for (const { value, succeeded: well } of values) {
    const bin =
      high > low ? Math.min(count - 1, Math.floor(((scale(value) - low) / (high - low)) * count)) : 0;
    const counts = well ? succeeded : failed;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return {
    ...{ name, unit, isLogarithmic, succeeded, failed },
    edges: edges.map(rounded),
    tasks: values.length,
    quantiles: {
      p5: rounded(quantile(sorted, 0.05)),
      p50: rounded(quantile(sorted, 0.5)),
      p95: rounded(quantile(sorted, 0.95)),
      largest: rounded(largest),
    },
  };
}
