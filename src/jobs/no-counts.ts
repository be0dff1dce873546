import type { RunCounts } from '../contracts/job/run-progress.js';

/** Of a run in which nothing has ended. */
export const noCounts: RunCounts = {
  outcomes: {},
  cached: 0,
  seconds: {
    tasks: 0,
    wait: 0,
    start: 0,
    import: 0,
    simulate: 0,
    write: 0,
    exit: 0,
    upload: 0,
    started_ahead: 0,
  },
  reasons: [],
  last_outcome_at: null,
};
