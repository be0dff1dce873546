import type { Progress } from '../report-data.js';
import {
  axisOption,
  baseOption,
  type Chart,
  legendOption,
  marksOf,
  outcomeColour,
  type Rectangle,
  rectangleSeries,
} from './charts.js';
import { countWords, numberWords, secondsWords, timeWords } from './words.js';

/** Tasks that ended in each span of time, by outcome, and how many had ended by then. */
export function progressChart({ from, spanMs, series }: Progress, tasks: number): Chart {
  const spans = series[0]?.tasks.length ?? 0;
  const top = Array<number>(spans).fill(0);
  const stacked = series.map(({ outcome, tasks: counts }) => ({
    outcome,
    rectangles: counts.flatMap((count, span): Rectangle[] => {
      const below = top[span] ?? 0;
      top[span] = below + count;
      const [start, end] = [from + span * spanMs, from + (span + 1) * spanMs];
      const tip = `${timeWords(start)}: ${countWords(count, 'task')} ended as ${outcome} within ${secondsWords(spanMs / 1000)}`;
      return count === 0 ? [] : [{ x: [start, end], y: [below, below + count], tip }];
    }),
  }));
  let sum = 0;
  const ended = top.map((count, span) => {
    sum += count;
    return [from + (span + 1) * spanMs, sum];
  });
  const rate = Math.max(...top) / (spanMs / 1000);
  return {
    title: 'Outcomes over time',
    says: `${countWords(sum, 'task')} of ${numberWords(tasks)} ended between ${timeWords(from)} and ${timeWords(from + spans * spanMs)}; at most ${numberWords(Number(rate.toPrecision(3)))} a second. A bar is ${secondsWords(spanMs / 1000)}.`,
    height: 280,
    option: baseOption({
      legend: legendOption,
      xAxis: axisOption({
        type: 'time',
        name: 'UTC',
        nameLocation: 'end',
        nameGap: 6,
        splitLine: { show: false },
      }),
      yAxis: [
        axisOption({ type: 'value', name: 'tasks', minInterval: 1, nameLocation: 'middle' }),
        axisOption({
          type: 'value',
          name: 'ended in all',
          nameLocation: 'middle',
          min: 0,
          minInterval: 1,
          splitLine: { show: false },
        }),
      ],
      series: [
        ...stacked.map(({ outcome, rectangles }) =>
          rectangleSeries(outcome, outcomeColour(outcome), rectangles, [spans > 1 ? 1 : 0, 0]),
        ),
        {
          type: 'line',
          name: 'ended in all',
          yAxisIndex: 1,
          data: [[from, 0], ...ended],
          symbol: 'none',
          silent: true,
          lineStyle: { color: 'var(--ink)', width: 1.5, type: 'dashed' },
          itemStyle: { color: 'var(--ink)' },
        },
      ],
    }),
    marks: stacked.flatMap(({ rectangles }, at) => marksOf(at, rectangles)),
    table: {
      columns: ['from (UTC)', ...series.map(({ outcome }) => outcome), 'ended in all'],
      rows: top.map((_, span) => [
        timeWords(from + span * spanMs),
        ...series.map(({ tasks: counts }) => counts[span] ?? 0),
        ended[span]?.[1] ?? null,
      ]),
    },
  };
}
