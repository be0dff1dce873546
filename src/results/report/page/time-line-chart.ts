import type { TimeLine } from '../report-data.js';
import {
  axisOption,
  baseOption,
  type Chart,
  gridOf,
  heatColour,
  legendOption,
  marksOf,
  outcomeColour,
  type Rectangle,
  rectangleSeries,
} from './charts.js';
import { countWords, numberWords, secondsWords, timeWords } from './words.js';

const mostRows = 500;

/** Which processes ran on which instance when. */
export function timeLineChart(line: TimeLine): Chart {
  return line.load === null ? eachProcess(line) : loadOfInstances(line, line.load);
}

function eachProcess(line: TimeLine): Chart {
  const { from, to, instances } = line;
  const processes = line.processes ?? [];
  const firstLane = instances.map((_, at) =>
    instances.slice(0, at).reduce((sum, { lanes }) => sum + lanes, 0),
  );
  const lanes = instances.reduce((sum, one) => sum + one.lanes, 0);
  const outcomes = [...new Set(processes.map(({ outcome }) => outcome))];
  const byOutcome = outcomes.map((outcome) =>
    processes.flatMap((process): Rectangle[] => {
      if (process.outcome !== outcome) return [];
      const lane = (firstLane[process.instance] ?? 0) + process.lane;
      const start = from + process.start;
      const name = instances[process.instance]?.name ?? '';
      const tip = `process ${process.pid ?? 'unknown'} on ${name}: task ${process.task.slice(0, 8)}, ${outcome}, from ${timeWords(start)} for ${secondsWords(process.durationMs / 1000)}`;
      return [{ x: [start, start + process.durationMs], y: [lane + 0.1, lane + 0.9], tip }];
    }),
  );
  const laneHeight = lanes > 60 ? 6 : lanes > 20 ? 10 : 18;
  return {
    title: 'Processes on instances',
    says: `${numberWords(processes.length)} ${processes.length === 1 ? 'process' : 'processes'} on ${countWords(instances.length, 'instance')}, each from when it took its task to the stored outcome; the most at a time on one instance: ${Math.max(...instances.map((one) => one.lanes))}. ${leftOut(line)}`,
    height: Math.max(150, lanes * laneHeight + 80),
    option: baseOption({
      legend: legendOption,
      xAxis: timeAxis(from, to),
      yAxis: axisOption({
        type: 'value',
        inverse: true,
        min: 0,
        max: lanes,
        axisTick: { show: false, customValues: [0, ...firstLane, lanes] },
        splitLine: { show: false },
        axisLabel: {
          customValues: instances.map(({ lanes: own }, at) => (firstLane[at] ?? 0) + own / 2),
          formatter: (value: number) =>
            instances[firstLane.findLastIndex((first) => first <= value)]?.name ?? '',
          hideOverlap: true,
        },
      }),
      series: byOutcome.map((rectangles, at) =>
        rectangleSeries(outcomes[at] ?? '', outcomeColour(outcomes[at] ?? ''), rectangles),
      ),
    }),
    marks: byOutcome.flatMap((rectangles, at) => marksOf(at, rectangles)),
    table: {
      columns: ['instance', 'pid', 'task', 'outcome', 'from (UTC)', 'seconds'],
      rows: processes
        .slice(0, mostRows)
        .map(({ instance, pid, task, outcome, start, durationMs }) => [
          `${instances[instance]?.name ?? ''} (${instances[instance]?.detail ?? ''})`,
          pid,
          task,
          outcome,
          timeWords(from + start),
          durationMs / 1000,
        ]),
      ...(processes.length > mostRows && { note: `The first ${mostRows} of ${processes.length}.` }),
    },
  };
}

function loadOfInstances(line: TimeLine, { spanMs, rows }: NonNullable<TimeLine['load']>): Chart {
  const { from, to, instances } = line;
  const most = Math.max(...rows.map((row) => Math.max(...row)));
  const cells = rows.flatMap((row, instance) =>
    row.flatMap((load, span): Rectangle[] => {
      if (load === 0) return [];
      const start = from + span * spanMs;
      const tip = `${instances[instance]?.name ?? ''}, ${timeWords(start)}: ${numberWords(load)} processes at a time on the average of ${secondsWords(spanMs / 1000)}`;
      return [
        { x: [start, start + spanMs], y: [instance, instance + 1], tip, colour: heatColour(load / most) },
      ];
    }),
  );
  const tasks = instances.reduce((sum, one) => sum + one.tasks, 0);
  return {
    title: 'Processes on instances',
    says: `${countWords(tasks, 'task')}, each in a process of its own, on ${countWords(instances.length, 'instance')}. These are too many to draw each of them: a cell says how many ran at a time, on the average of ${secondsWords(spanMs / 1000)}; all of them are counted. ${leftOut(line)}`,
    height: Math.max(150, instances.length * (instances.length > 20 ? 12 : 20) + 80),
    option: baseOption({
      grid: gridOf(10),
      xAxis: timeAxis(from, to),
      yAxis: axisOption({
        type: 'value',
        inverse: true,
        min: 0,
        max: instances.length,
        splitLine: { show: false },
        axisTick: { show: false },
        axisLabel: {
          customValues: instances.map((_, at) => at + 0.5),
          formatter: (value: number) => instances[Math.floor(value)]?.name ?? '',
          hideOverlap: true,
        },
      }),
      series: [rectangleSeries('processes', 'var(--heat-high)', cells, [-0.5, 1])],
    }),
    marks: marksOf(0, cells),
    scale: { low: '0', high: numberWords(most), of: 'processes at a time' },
    table: {
      columns: ['instance', 'known by', 'tasks', 'most at a time'],
      rows: instances.map(({ name, detail, tasks: own, lanes }) => [name, detail, own, lanes]),
    },
  };
}

function timeAxis(from: number, to: number): Record<string, unknown> {
  return axisOption({
    type: 'time',
    // The other axis runs downwards.
    position: 'bottom',
    min: from,
    max: Math.max(to, from + 1),
    name: 'UTC',
    nameGap: 6,
    splitLine: { show: false },
  });
}

function leftOut({ leftOut: { instances, tasks, withoutTimes } }: TimeLine): string {
  return [
    ...(instances > 0
      ? [
          `Not shown: ${countWords(instances, 'instance')} that ran fewest tasks (${numberWords(tasks)} in all).`,
        ]
      : []),
    ...(withoutTimes > 0
      ? [
          `${countWords(withoutTimes, 'ended task')} ${withoutTimes === 1 ? 'tells' : 'tell'} no times: no process ran it, or its result was found made.`,
        ]
      : []),
  ].join(' ');
}
