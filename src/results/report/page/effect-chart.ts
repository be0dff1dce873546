import type { Study } from '../report-data.js';
import { axisOption, baseOption, type Chart, legendOption, type Mark } from './charts.js';
import { numberWords, short } from './words.js';

interface Polygon {
  coord(value: [number, number]): [number, number];
}

/** A number over one parameter: medians, bands over the rows in each group, and rows as points. */
export function effectChart(
  study: Study,
  measureAt: number,
  axisAt: number,
  what: string,
): Chart | undefined {
  const [axis, measure] = [study.axes[axisAt], study.measures[measureAt]];
  const effect = measure?.effects[axisAt];
  if (axis === undefined || measure === undefined || effect === undefined) return undefined;
  const isLogarithmic =
    axis.kind === 'number' &&
    (axis.centres[0] ?? 0) > 0 &&
    (axis.centres.at(-1) ?? 0) / (axis.centres[0] ?? 1) >= 50;
  const scale = (x: number) => (isLogarithmic ? Math.log10(x) : x);
  const groups = axis.centres.flatMap((centre, at) => {
    const p50 = effect.p50[at];
    if (p50 === null || p50 === undefined) return [];
    const all = [effect.p5[at], effect.p25[at], p50, effect.p75[at], effect.p95[at]].map(
      (value) => value ?? p50,
    );
    return [
      {
        x: scale(centre),
        label: axis.labels[at] ?? '',
        rows: effect.rows[at] ?? 0,
        quantiles: all as [number, number, number, number, number],
      },
    ];
  });
  const tips = groups.map(
    ({ label, rows, quantiles: [p5, p25, p50, p75, p95] }) =>
      `${axis.name} ${label}: median ${numberWords(p50)}, half between ${numberWords(p25)} and ${numberWords(p75)}, 90 % between ${numberWords(p5)} and ${numberWords(p95)}, ${numberWords(rows)} ${what}`,
  );
  const isCategory = axis.kind === 'category';
  const points = (study.sample.axes[axisAt] ?? []).flatMap((x, row) => {
    const y = study.sample.measures[measureAt]?.[row];
    if (x === null || y === null || y === undefined) return [];
    // Beside each other, in a pattern that is the same each time.
    const aside = isCategory ? (((row * 0.618) % 1) - 0.5) * 0.5 : 0;
    return [[scale(x) + aside, y]];
  });
  return {
    title: `${measure.name} over ${axis.name}`,
    says: `${summary(tips, groups.length)} ${axis.isBinned ? `${axis.name} has ${numberWords(axis.distinct)} values, which stand in ${axis.labels.length} groups. ` : ''}${measure.unusable > 0 ? `${numberWords(measure.unusable)} ${what} have no finite value.` : ''}`,
    height: 300,
    option: baseOption({
      legend: {
        ...legendOption,
        icon: undefined,
        data: ['median', 'half', '90 %', ...(points.length > 0 ? [what] : [])],
      },
      xAxis: axisOption({
        type: 'value',
        name: short(axis.name, 40),
        nameLocation: 'middle',
        nameGap: 26,
        scale: true,
        ...(isLogarithmic && { interval: 1 }),
        ...(isCategory && { min: -0.6, max: axis.labels.length - 0.4 }),
        splitLine: { show: false },
        axisLabel: {
          ...((isCategory || axis.centres.length <= 8) && { customValues: axis.centres.map(scale) }),
          formatter: (value: number) =>
            isCategory
              ? short(axis.labels[Math.round(value)] ?? '', 14)
              : numberWords(isLogarithmic ? 10 ** value : value),
        },
        ...((isCategory || axis.centres.length <= 8) && {
          axisTick: { customValues: axis.centres.map(scale), lineStyle: { color: 'var(--line)' } },
        }),
      }),
      yAxis: axisOption({ type: 'value', scale: true, axisLabel: { formatter: numberWords } }),
      series: [
        {
          type: 'line',
          name: 'median',
          data: groups.map(({ x, quantiles }, at) => ({ value: [x, quantiles[2]], tip: tips[at] })),
          symbol: isCategory ? 'rect' : 'circle',
          symbolSize: isCategory ? [26, 3] : 7,
          z: 4,
          lineStyle: { color: 'var(--median)', width: isCategory ? 0 : 2 },
          itemStyle: { color: 'var(--median)' },
          emphasis: { disabled: true },
        },
        band('half', 1, 3, 'var(--band-half)', 2),
        band('90 %', 0, 4, 'var(--band-most)', 1),
        {
          type: 'scatter',
          name: what,
          data: points,
          silent: true,
          symbolSize: 4,
          z: 3,
          itemStyle: { color: 'var(--point)', opacity: points.length > 300 ? 0.3 : 0.55 },
        },
      ],
    }),
    marks: tips.map((tip, index): Mark => ({ series: 0, index, tip })),
    table: {
      columns: [axis.name, what, '5 %', '25 %', 'median', '75 %', '95 %'],
      rows: groups.map(({ label, rows, quantiles }) => [label, rows, ...quantiles]),
    },
  };

  function band(name: string, low: number, high: number, colour: string, z: number): Record<string, unknown> {
    return {
      type: 'custom',
      name,
      z,
      silent: true,
      clip: true,
      itemStyle: { color: colour },
      encode: { x: 0, y: [1, 2] },
      // The whole band is drawn with its first group; the others tell the axis how far it reaches.
      data: groups.map(({ x, quantiles }) => [x, quantiles[low], quantiles[high]]),
      renderItem({ dataIndex }: { dataIndex: number }, item: Polygon) {
        if (isCategory) {
          const group = groups[dataIndex];
          if (group === undefined) return undefined;
          const [x, top] = item.coord([group.x, group.quantiles[high] ?? 0]);
          const [, bottom] = item.coord([group.x, group.quantiles[low] ?? 0]);
          const width = high - low > 2 ? 14 : 26;
          return {
            type: 'rect',
            shape: { x: x - width / 2, y: top, width, height: bottom - top },
            style: { fill: colour },
          };
        }
        if (dataIndex > 0) return undefined;
        const along = groups.map(({ x, quantiles }) => item.coord([x, quantiles[high] ?? 0]));
        const back = groups.map(({ x, quantiles }) => item.coord([x, quantiles[low] ?? 0])).reverse();
        return { type: 'polygon', shape: { points: [...along, ...back] }, style: { fill: colour } };
      },
    };
  }
}

function summary(tips: string[], groups: number): string {
  const [first, last] = [tips[0], tips.at(-1)];
  const begin = (tip: string) => tip.split(', half')[0] ?? tip;
  if (first === undefined || last === undefined) return 'There is no finite value.';
  return groups === 1 ? `${begin(first)}.` : `${begin(first)}; ${begin(last)}.`;
}
