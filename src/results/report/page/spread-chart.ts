import type { Spread } from '../report-data.js';
import {
  axisOption,
  baseOption,
  type Chart,
  legendOption,
  marksOf,
  type Rectangle,
  rectangleSeries,
} from './charts.js';
import { countWords, numberWords, unitWords } from './words.js';

/** How a figure of tasks is distributed. */
export function spreadChart({
  name,
  unit,
  isLogarithmic,
  edges,
  succeeded,
  failed,
  tasks,
  quantiles,
}: Spread): Chart {
  // Ticks are round in what they are told in.
  const one = unit === 'B' && quantiles.largest >= 2 ** 20 ? 2 ** 20 : 1;
  const scale = (value: number) => (isLogarithmic ? Math.log10(value / one) : value / one);
  const unscale = (value: number) => one * (isLogarithmic ? 10 ** value : value);
  const bars = (counts: number[], below: number[], how: string) =>
    counts.flatMap((count, bin): Rectangle[] => {
      const [low = 0, high = 0] = [edges[bin], edges[bin + 1]];
      const from = below[bin] ?? 0;
      const tip = `${unitWords(low, unit)} to ${unitWords(high, unit)}: ${countWords(count, 'task')} that ${how}`;
      const [left, right] = high > low ? [scale(low), scale(high)] : [scale(low) - 0.5, scale(low) + 0.5];
      return count === 0 ? [] : [{ x: [left, right], y: [from, from + count], tip }];
    });
  const wells = bars(succeeded, [], 'succeeded');
  const ills = bars(failed, succeeded, 'failed');
  const line = (value: number, label: string) => ({
    xAxis: scale(value),
    label: { formatter: label, color: 'var(--ink)', position: 'end' as const },
  });
  return {
    title: name,
    says: `Of ${countWords(tasks, 'task')}: half up to ${unitWords(quantiles.p50, unit)}, 90 % between ${unitWords(quantiles.p5, unit)} and ${unitWords(quantiles.p95, unit)}, the largest ${unitWords(quantiles.largest, unit)}.${isLogarithmic ? ' On a logarithmic axis.' : ''}`,
    height: 230,
    option: baseOption({
      ...(ills.length > 0 && { legend: { ...legendOption, left: undefined, right: 0 } }),
      xAxis: axisOption({
        type: 'value',
        scale: true,
        splitNumber: 4,
        ...(isLogarithmic && { interval: 1 }),
        splitLine: { show: false },
        axisLabel: { formatter: (value: number) => unitWords(unscale(value), unit) },
      }),
      yAxis: axisOption({ type: 'value', name: 'tasks', nameLocation: 'middle', minInterval: 1 }),
      series: [
        {
          ...rectangleSeries('succeeded', 'var(--succeeded)', wells, [edges.length > 2 ? 1 : 0, 0]),
          markLine: {
            silent: true,
            symbol: 'none',
            lineStyle: { color: 'var(--ink)', type: 'dashed' },
            data: [line(quantiles.p50, 'median')],
          },
        },
        rectangleSeries('failed', 'var(--failed-1)', ills, [edges.length > 2 ? 1 : 0, 0]),
      ],
    }),
    marks: [...marksOf(0, wells), ...marksOf(1, ills)],
    table: {
      columns: ['from', 'to', 'succeeded', 'failed'],
      rows: succeeded.map((count, bin) => [
        unitWords(edges[bin] ?? 0, unit),
        unitWords(edges[bin + 1] ?? 0, unit),
        count,
        failed[bin] ?? 0,
      ]),
      note: `${numberWords(tasks)} in all.`,
    },
  };
}
