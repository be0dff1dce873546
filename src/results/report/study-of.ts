import type { Scalar } from '../../contracts/json/scalar.js';
import { axisOf, type GroupedAxis } from './axis-of.js';
import { cutText } from './cut-text.js';
import { quantile } from './quantile.js';
import type { Measure, Quantiles, Study } from './report-data.js';
import { rounded } from './rounded.js';

/** Where no parameter varies: how replicates alone are distributed. */
const overReplicates: GroupedAxis = {
  axis: {
    ...{ name: 'replicates', kind: 'category', distinct: 1, isBinned: false },
    ...{ labels: ['all'], centres: [0] },
  },
  group: () => 0,
  position: () => 0,
};

const [mostAxes, mostMeasures, mostPoints] = [8, 16, 1000];

/** A task, or a parameter set: its parameters and what was measured of it. */
export interface StudyRow {
  params: Record<string, Scalar>;
  /** Those that differ in their seeds alone have the same. */
  set: string;
  /** Numbers, also those that are not finite. */
  numbers: Record<string, number>;
}

/** What numbers do over parameters: medians and bands over all rows, for each parameter and for each pair of two. */
export function studyOf(rows: StudyRow[], what: string): Study {
  const measured = rows.filter(({ numbers }) => Object.keys(numbers).length > 0);
  const names = [...new Set(measured.flatMap(({ params }) => Object.keys(params)))];
  const all = names.flatMap((name) => {
    const axis = axisOf(
      name,
      measured.map(({ params }) => ownOf(params, name)),
    );
    return axis === undefined ? [] : [{ name, ...axis }];
  });
  const measureNames = [...new Set(measured.flatMap(({ numbers }) => Object.keys(numbers)))];
  const isReplicated = (name: string) =>
    replicatesOf(
      measured,
      measured.map(({ numbers }) => ownOf(numbers, name)),
    ) !== null;
  const axes =
    all.length === 0 && measureNames.some(isReplicated)
      ? [{ name: overReplicates.axis.name, ...overReplicates }]
      : all.slice(0, mostAxes);
  const groups = axes.map(({ name, group }) => measured.map(({ params }) => group(ownOf(params, name))));
  const chosen = measureNames.slice(0, mostMeasures);
  const notes = [
    ...leftOut('parameter', all.map(({ axis }) => axis.name).slice(mostAxes)),
    ...leftOut(
      'number',
      measureNames.slice(mostMeasures).map((name) => cutText(name, 60)),
    ),
  ];
  const step = Math.max(1, measured.length / mostPoints);
  const sample = measured.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step));
  if (sample.length < measured.length)
    notes.push(
      `Points are ${sample.length} of ${measured.length} ${what}, spread evenly over the order in which they were submitted; medians, bands and heat maps are of all.`,
    );
  return {
    rows: measured.length,
    axes: axes.map(({ axis }) => axis),
    measures: chosen.map((name) => measureOf(name, measured, axes, groups)),
    sample: {
      rows: sample.length,
      axes: axes.map(({ name, position }) =>
        sample.map(({ params }) => finite(position(ownOf(params, name)))),
      ),
      measures: chosen.map((name) => sample.map(({ numbers }) => finite(ownOf(numbers, name)))),
    },
    notes,
  };
}

function measureOf(
  name: string,
  rows: StudyRow[],
  axes: GroupedAxis[],
  groups: (number | undefined)[][],
): Measure {
  const values = rows.map(({ numbers }) => ownOf(numbers, name));
  const gather = (count: number, place: (row: number) => number | undefined) => {
    const gathered = Array.from({ length: count }, (): number[] => []);
    for (const [row, value] of values.entries()) {
      const at = place(row);
      if (at !== undefined && value !== undefined && Number.isFinite(value)) gathered[at]?.push(value);
    }
    return gathered.map((group) => Float64Array.from(group).sort());
  };
  const effects = axes.map(({ axis }, index) =>
    quantilesOf(gather(axis.labels.length, (row) => groups[index]?.[row])),
  );
  const heats: Measure['heats'] = [];
  for (const [i, { axis: one }] of axes.entries())
    for (const [j, { axis: other }] of axes.entries()) {
      if (j <= i) continue;
      const cells = gather(one.labels.length * other.labels.length, (row) => {
        const [x, y] = [groups[i]?.[row], groups[j]?.[row]];
        return x === undefined || y === undefined ? undefined : y * one.labels.length + x;
      });
      const medians = cells.map((cell) => (cell.length === 0 ? null : rounded(quantile(cell, 0.5))));
      heats.push({ axes: [i, j], rows: cells.map(({ length }) => length), medians });
    }
  const there = values.filter((value) => value !== undefined);
  return {
    name: cutText(name),
    rows: there.length,
    unusable: there.filter((value) => !Number.isFinite(value)).length,
    replicates: replicatesOf(rows, values),
    effects,
    heats,
  };
}

function replicatesOf(rows: StudyRow[], values: (number | undefined)[]): Measure['replicates'] {
  const sets = new Map<string, number[]>();
  for (const [at, value] of values.entries()) {
    const name = rows[at]?.set;
    if (name === undefined || value === undefined || !Number.isFinite(value)) continue;
    const set = sets.get(name);
    if (set) set.push(value);
    else sets.set(name, [value]);
  }
  const several = [...sets.values()].filter((set) => set.length > 1);
  if (several.length === 0) return null;
  const halfOf = (numbers: number[]) => {
    const sorted = Float64Array.from(numbers).sort();
    return quantile(sorted, 0.75) - quantile(sorted, 0.25);
  };
  const halves = Float64Array.from(several, halfOf).sort();
  return {
    sets: several.length,
    halfWithin: rounded(quantile(halves, 0.5)),
    ofAll: rounded(halfOf([...sets.values()].flat())),
  };
}

function quantilesOf(groups: Float64Array[]): Quantiles {
  const at = (share: number) =>
    groups.map((group) => (group.length === 0 ? null : rounded(quantile(group, share))));
  return {
    rows: groups.map(({ length }) => length),
    p5: at(0.05),
    p25: at(0.25),
    p50: at(0.5),
    p75: at(0.75),
    p95: at(0.95),
  };
}

function leftOut(what: string, names: string[]): string[] {
  if (names.length === 0) return [];
  const some = names.slice(0, 5).join(', ');
  return [
    `Not shown: ${names.length} more ${names.length === 1 ? what : `${what}s`} (${some}${names.length > 5 ? ', …' : ''}). \`mops-cold results\` brings all of them as tables.`,
  ];
}

/** A parameter may be called `constructor`. */
function ownOf<Value>(record: Record<string, Value>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? rounded(value) : null;
}
