import { readFileSync } from 'node:fs';

// Loaded before the app in a worker: its clock is off by what a file says, in milliseconds, as when a machine's clock is set. The monotonic clock and Python's are left alone.
const file = process.env.FAULTS_CLOCK ?? '';
const Real = globalThis.Date;
let shift = 0;

const look = () => {
  try {
    shift = Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    shift = 0; // nobody has shifted it yet
  }
};
look();
setInterval(look, 100).unref();

globalThis.Date = class extends Real {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(Real.now() + shift);
    else super(...(given as []));
  }

  static override now(): number {
    return Real.now() + shift;
  }
} as DateConstructor;
