import type { Study } from '../report-data.js';
import {
  axisOption,
  baseOption,
  type Chart,
  gridOf,
  heatColour,
  marksOf,
  type Rectangle,
  rectangleSeries,
} from './charts.js';
import { numberWords, short } from './words.js';

/** Medians of a number over two parameters. */
export function heatChart(study: Study, measureAt: number, heatAt: number, what: string): Chart | undefined {
  const measure = study.measures[measureAt];
  const heat = measure?.heats[heatAt];
  const [xAxis, yAxis] = heat ? [study.axes[heat.axes[0]], study.axes[heat.axes[1]]] : [];
  if (!measure || !heat || !xAxis || !yAxis) return undefined;
  const columns = xAxis.labels.length;
  const found = heat.medians.filter((value) => value !== null);
  const [low, high] = [Math.min(...found), Math.max(...found)];
  const cells = heat.medians.flatMap((median, at): (Rectangle & { row: (string | number)[] })[] => {
    if (median === null) return [];
    const [column, row] = [at % columns, Math.floor(at / columns)];
    const rows = heat.rows[at] ?? 0;
    const [x, y] = [xAxis.labels[column] ?? '', yAxis.labels[row] ?? ''];
    return [
      {
        x: [column, column + 1],
        y: [row, row + 1],
        colour: heatColour(high > low ? (median - low) / (high - low) : 0.5),
        tip: `${xAxis.name} ${x}, ${yAxis.name} ${y}: median ${numberWords(median)} of ${numberWords(rows)} ${what}`,
        row: [x, y, median, rows],
      },
    ];
  });
  const axis = (of: typeof xAxis, more: Record<string, unknown>) =>
    axisOption({
      type: 'value',
      name: short(of.name, 40),
      nameLocation: 'middle',
      min: 0,
      max: of.labels.length,
      splitLine: { show: false },
      axisTick: { show: false },
      axisLabel: {
        customValues: of.labels.map((_, at) => at + 0.5),
        formatter: (value: number) => {
          const at = Math.floor(value);
          return of.isBinned && of.kind === 'number'
            ? numberWords(of.centres[at] ?? 0)
            : short(of.labels[at] ?? '', 14);
        },
      },
      ...more,
    });
  const empty = heat.medians.length - cells.length;
  return {
    title: `${measure.name} over ${xAxis.name} and ${yAxis.name}`,
    says: `Medians between ${numberWords(low)} and ${numberWords(high)}. ${empty > 0 ? `${numberWords(empty)} of ${numberWords(heat.medians.length)} cells have no ${what} and are left empty.` : ''}`,
    height: Math.max(220, Math.min(520, yAxis.labels.length * 30 + 110)),
    option: baseOption({
      grid: gridOf(10),
      xAxis: axis(xAxis, { nameGap: 26 }),
      yAxis: axis(yAxis, {}),
      series: [rectangleSeries(measure.name, 'var(--heat-high)', cells, [1, 1])],
    }),
    marks: marksOf(0, cells),
    scale: { low: numberWords(low), high: numberWords(high), of: `median of ${measure.name}` },
    table: { columns: [xAxis.name, yAxis.name, 'median', what], rows: cells.map(({ row }) => row) },
  };
}
