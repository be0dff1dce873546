import type { EChartsCoreOption } from 'echarts/core';

/** Of one mark in a chart: what is told of it, to those who point at it and to those who reach it by keys. */
export interface Mark {
  series: number;
  index: number;
  tip: string;
}

/** A chart and what stands for it where it is not seen. */
export interface Chart {
  title: string;
  /** What it shows, in a sentence or two. */
  says: string;
  /** Pixels. */
  height: number;
  option: EChartsCoreOption;
  marks: Mark[];
  table: Table;
  /** What its colours mean, where no legend within says so. */
  scale?: { low: string; high: string; of: string };
}

export interface Table {
  columns: string[];
  rows: (string | number | null)[][];
  /** What it has not. */
  note?: string;
}

/** In the units of the axes. */
export interface Rectangle {
  x: [number, number];
  y: [number, number];
  tip: string;
  colour?: string;
}

export const ink = 'var(--ink)';
export const muted = 'var(--muted)';

export const outcomeColours: Record<string, string> = {
  succeeded: 'var(--succeeded)',
  'simulation-failed': 'var(--failed-1)',
  'timed-out': 'var(--failed-2)',
  'out-of-memory': 'var(--failed-3)',
  crashed: 'var(--failed-4)',
  cancelled: 'var(--idle)',
  pending: 'var(--idle)',
};

export function outcomeColour(outcome: string): string {
  return Object.hasOwn(outcomeColours, outcome) ? (outcomeColours[outcome] ?? '') : 'var(--failed-5)';
}

/** @param share 0 to 1 */
export function heatColour(share: number): string {
  return `color-mix(in oklab, var(--heat-high) ${Math.round(share * 100)}%, var(--heat-low))`;
}

/** What all charts have in common. Colours are the page's variables, so that they follow it into the dark and onto paper. */
export function baseOption(more: EChartsCoreOption): EChartsCoreOption {
  return {
    animation: false,
    useUTC: true,
    textStyle: { color: ink, fontFamily: 'system-ui, sans-serif' },
    grid: gridOf(34),
    ...more,
  };
}

/** @param top pixels above it, for a legend */
export function gridOf(top: number): Record<string, unknown> {
  return { left: 12, right: 20, top, bottom: 12, outerBoundsMode: 'same', outerBoundsContain: 'all' };
}

export function axisOption(more: Record<string, unknown>): Record<string, unknown> {
  const { axisLabel, ...others } = more;
  return {
    axisLine: { onZero: false, lineStyle: { color: 'var(--line)' } },
    axisTick: { lineStyle: { color: 'var(--line)' } },
    minorTick: { show: false },
    splitLine: { lineStyle: { color: 'var(--grid)' } },
    nameTextStyle: { color: muted },
    axisLabel: { color: muted, hideOverlap: true, ...(axisLabel as object) },
    ...others,
  };
}

export const legendOption = {
  top: 0,
  left: 0,
  itemWidth: 12,
  itemHeight: 12,
  icon: 'rect',
  textStyle: { color: ink },
  inactiveColor: 'var(--idle)',
};

interface DrawnItem {
  coord(value: [number, number]): [number, number];
  value(dimension: number): number;
  visual(what: 'color'): string;
}

/** @param besides, above pixels that are left empty between rectangles that touch: beside and above each other */
export function rectangleSeries(
  name: string,
  colour: string,
  rectangles: Rectangle[],
  [besides, above]: [number, number] = [0, 0],
): Record<string, unknown> {
  return {
    type: 'custom',
    name,
    itemStyle: { color: colour },
    encode: { x: [0, 1], y: [2, 3] },
    emphasis: { disabled: true },
    clip: true,
    data: rectangles.map(({ x, y, tip, colour: own }) => ({
      value: [...x, ...y],
      tip,
      ...(own !== undefined && { itemStyle: { color: own } }),
    })),
    renderItem(_: unknown, item: DrawnItem) {
      const [left, top] = item.coord([item.value(0), item.value(3)]);
      const [right, bottom] = item.coord([item.value(1), item.value(2)]);
      const [x, y] = [Math.min(left, right), Math.min(top, bottom)];
      return {
        type: 'rect',
        shape: {
          x: x + besides / 2,
          y: y + above / 2,
          width: Math.max(Math.abs(right - left) - besides, 0.75),
          height: Math.max(Math.abs(bottom - top) - above, 0.75),
        },
        style: { fill: item.visual('color') },
      };
    },
  };
}

export function marksOf(series: number, rectangles: { tip: string }[]): Mark[] {
  return rectangles.map(({ tip }, index) => ({ series, index, tip }));
}
