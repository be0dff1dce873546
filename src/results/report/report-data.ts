/** What a report shows, as its page reads it: all figures are over all tasks, unless a field says that it is a sample. Texts are as they came, and not to be trusted. */
export interface ReportData {
  job: {
    id: string;
    run: string | null;
    submittedAt: string | null;
    submittedBy: string | null;
    source: string | null;
  };
  madeAt: string;
  /** Version of the tool that made it. */
  tool: string;
  tasks: number;
  /** The most frequent first; those that have not ended as `pending`. */
  outcomes: { outcome: string; tasks: number; cached: number }[];
  progress: Progress | null;
  timeLine: TimeLine | null;
  spreads: Spread[];
  failures: Failures;
  /** Numeric outputs of tasks over their parameters. */
  outputs: Study;
  /** Losses of parameter sets over these. */
  losses: Study;
  isolation: Isolation;
  reproduction: { facts: Fact[]; commands: { command: string; why: string }[] };
}

export interface Fact {
  name: string;
  value: string;
}

/** How many tasks ended in each of equal spans of time. */
export interface Progress {
  /** Milliseconds since 1970, of the beginning of the first span. */
  from: number;
  spanMs: number;
  /** An outcome, and its tasks in each span. */
  series: { outcome: string; tasks: number[] }[];
}

/** Who had a process when: each process by itself, or, of many, how many ran at a time. */
export interface TimeLine {
  from: number;
  to: number;
  /** In the order of their lanes or rows; ones that ran fewest tasks are left out when they are many. */
  instances: { name: string; detail: string; tasks: number; lanes: number }[];
  leftOut: { instances: number; tasks: number; withoutTimes: number };
  processes: LineProcess[] | null;
  /** Processes at a time, on the average, in each span and on each instance. */
  load: { spanMs: number; rows: number[][] } | null;
}

export interface LineProcess {
  instance: number;
  lane: number;
  /** Milliseconds after `from`. */
  start: number;
  durationMs: number;
  outcome: string;
  task: string;
  pid: number | null;
}

/** How a figure of tasks is distributed. */
export interface Spread {
  name: string;
  unit: 's' | 'B';
  /** Whether the bins have equal ratios instead of equal widths. */
  isLogarithmic: boolean;
  /** One more than there are bins. */
  edges: number[];
  succeeded: number[];
  failed: number[];
  tasks: number;
  quantiles: { p5: number; p50: number; p95: number; largest: number };
}

export interface Failures {
  failed: number;
  /** Of these the ones that were read: what follows is of them. */
  read: number;
  groups: {
    outcome: string;
    errorType: string;
    place: string;
    reason: string;
    otherReasons: number;
    tasks: number;
    /** Parameters that all of them share, and not all tasks have. */
    common: Fact[];
    command: string;
  }[];
  groupsLeftOut: number;
}

/** Numbers over parameters. */
export interface Study {
  /** Tasks, or parameter sets with a loss. */
  rows: number;
  axes: Axis[];
  measures: Measure[];
  /** Rows as points, so many as fit: for each axis and each measure a value (of a category its place) for each of them. */
  sample: { rows: number; axes: (number | null)[][]; measures: (number | null)[][] };
  notes: string[];
}

/** A parameter that has more than one value; or `replicates`, where there is none. */
export interface Axis {
  name: string;
  kind: 'number' | 'category';
  distinct: number;
  /** Of each group of values what it is called, and where a number stands. */
  labels: string[];
  centres: number[];
  /** Whether a group is a span of values rather than one. */
  isBinned: boolean;
}

export interface Measure {
  name: string;
  /** Rows that have it. */
  rows: number;
  /** Rows where it is NaN, infinite or no number. */
  unusable: number;
  /** How far replicates of one parameter set are apart, half of them, on the median of the sets that have several; and all rows. Null without replicates. */
  replicates: { sets: number; halfWithin: number; ofAll: number } | null;
  /** In the order of the axes. */
  effects: Quantiles[];
  heats: { axes: [number, number]; rows: number[]; medians: (number | null)[] }[];
}

/** For each group of an axis; null where it has no row. */
export interface Quantiles {
  rows: number[];
  p5: (number | null)[];
  p25: (number | null)[];
  p50: (number | null)[];
  p75: (number | null)[];
  p95: (number | null)[];
}

export interface Isolation {
  isProven: boolean;
  tasks: number;
  attested: number;
  processes: number;
  cached: number;
  unfinished: number | null;
  aggregations: number;
  repeated: number;
  failedWithoutProcess: number;
  violations: number;
  /** The first of them. */
  messages: string[];
}
