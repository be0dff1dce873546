import type { TaskRow } from '../tables/task-row.js';
import { evenSpan } from './even-span.js';
import type { LineProcess, TimeLine } from './report-data.js';

/** More processes than this are no longer told apart in a picture. */
const mostProcesses = 1200;
const mostInstances = 60;
const mostCells = 6000;

type Row = Pick<TaskRow, 'task_id' | 'outcome' | 'finished_at' | 'seconds' | 'process'>;
interface Stay {
  row: Row;
  start: number;
  end: number;
}

/**
 * Which instance had which tasks when: from the acceptance of a task to its stored outcome. An instance is known by its boot and its pid namespace.
 *
 * @returns null when no task tells of it
 */
export function drawTimeLine(rows: Row[]): TimeLine | null {
  const byInstance = new Map<string, Stay[]>();
  let withoutTimes = 0;
  for (const row of rows) {
    const { seconds: of, finished_at: finishedAt, process } = row;
    if (finishedAt !== null && of !== null && process !== null) {
      const end = Date.parse(finishedAt);
      const took = of.start + of.import + of.simulate + of.write + of.exit + of.upload;
      const key = `${process.boot_id} ${process.pid_namespace}`;
      const stays = byInstance.get(key) ?? [];
      stays.push({ row, start: end - took * 1000, end });
      byInstance.set(key, stays);
    } else if (finishedAt !== null) withoutTimes += 1;
  }
  const largest = [...byInstance].sort((a, b) => b[1].length - a[1].length);
  const shown = largest.slice(0, mostInstances);
  if (shown.length === 0) return null;
  let [from, to, count] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const [, stays] of shown)
    for (const { start, end } of stays)
      [from, to, count] = [Math.min(from, start), Math.max(to, end), count + 1];
  from = Math.floor(from);

  const lanes = shown.map(([, stays]) => laneOf(stays));
  const omitted = largest.slice(mostInstances);
  return {
    from,
    to,
    instances: shown.map(([key, stays], index) => ({
      name: `instance ${index + 1}`,
      detail: `boot ${key.slice(0, 8)}, pid namespace ${key.split(' ')[1] || 'unknown'}`,
      tasks: stays.length,
      lanes: lanes[index]?.count ?? 1,
    })),
    leftOut: {
      instances: omitted.length,
      tasks: omitted.reduce((sum, [, stays]) => sum + stays.length, 0),
      withoutTimes,
    },
    processes: count > mostProcesses ? null : shown.flatMap(([, stays], instance) => each(stays, instance)),
    load: count > mostProcesses ? load(shown.map(([, stays]) => stays)) : null,
  };

  function each(stays: Stay[], instance: number): LineProcess[] {
    return stays.map(({ row, start, end }) => ({
      instance,
      lane: lanes[instance]?.of.get(row.task_id) ?? 0,
      start: Math.round(start - from),
      durationMs: Math.round(end - start),
      outcome: row.outcome,
      task: row.task_id,
      pid: row.process?.pid ?? null,
    }));
  }

  function load(instances: Stay[][]): TimeLine['load'] {
    const spanMs = evenSpan(to - from, Math.max(20, Math.min(150, Math.floor(mostCells / instances.length))));
    const spans = Math.floor((to - from) / spanMs) + 1;
    const rows = instances.map((stays) => {
      const busyMs = Array<number>(spans).fill(0);
      for (const { start, end } of stays)
        for (let span = Math.floor((start - from) / spanMs); span * spanMs < end - from; span++) {
          const [left, right] = [from + span * spanMs, from + (span + 1) * spanMs];
          busyMs[span] = (busyMs[span] ?? 0) + Math.min(end, right) - Math.max(start, left);
        }
      return busyMs.slice(0, spans).map((ms) => Math.round((ms / spanMs) * 100) / 100);
    });
    return { spanMs, rows };
  }
}

/** Stays that overlap lie in different lanes, as few as that needs. Sorts them by their start. */
function laneOf(stays: Stay[]): { of: Map<string, number>; count: number } {
  stays.sort((a, b) => a.start - b.start);
  const until: number[] = [];
  const of = new Map<string, number>();
  for (const { row, start, end } of stays) {
    let lane = until.findIndex((free) => free <= start);
    if (lane < 0) lane = until.length;
    until[lane] = end;
    of.set(row.task_id, lane);
  }
  return { of, count: Math.max(1, until.length) };
}
