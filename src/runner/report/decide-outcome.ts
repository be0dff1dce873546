import type { RunReport } from '../../simulation/ports.js';
import type { RunnerMessage } from '../process/supervisor-protocol.js';
import { controlClosed } from './control-closed.js';

/** What is known when nothing of the run is left. */
export interface RunFacts {
  /** What ran, as the subject of a sentence. */
  what: 'simulation' | 'target';
  /** How far its process had come. */
  stage: 'starting' | 'importing' | 'running';
  /** Only one that was complete before a limit was met. */
  done: Pick<Extract<RunnerMessage, { type: 'done' }>, 'status' | 'error'> | undefined;
  limit: 'timeout' | 'memory' | 'exit' | 'stopped' | 'cancelled' | 'lost' | undefined;
  /** Bytes that the process tree held when it was ended for its memory. */
  heldBytes: number | undefined;
  killedByKernel: boolean;
  exitCode: number | null;
  signal: string | null;
  /** Deepest lines of the bundle in what was written last at a crash, and at the time limit: hints for people. */
  crashedAt: string | undefined;
  timedOutAt: string | undefined;
  timeoutMs: number;
  /** The name of the setting. */
  timeoutSetBy: string;
  memoryLimitBytes: number;
  memorySetBy: string;
  pythonVersion: string;
}

type Decision = Pick<RunReport, 'outcome' | 'reason' | 'error'>;

/**
 * Names the outcome when several causes are true at once. What came first counts: a complete result has its own status whatever
 * came after it, and who met a limit has that outcome, whatever it still returned; else cancelled, out-of-memory, timed-out,
 * crashed, no-result, in this order.
 * @throws when the machine, not the simulation, is at fault
 */
export function decideOutcome(facts: RunFacts): Decision {
  if (facts.done) return ofResult(facts.done, facts);
  if (facts.limit === 'cancelled' || facts.limit === 'stopped') {
    return { outcome: 'cancelled', reason: `The ${facts.what} was ended because its run was cancelled.` };
  }
  if (facts.limit === 'lost') {
    throw new Error(
      'Cannot go on with the run: the process from which its own was forked has ended, and took it along.',
    );
  }
  if (facts.limit === 'memory') {
    return {
      outcome: 'out-of-memory',
      reason: `The ${facts.what} was ended because it held ${mebibytes(facts.heldBytes ?? 0)} of memory, with everything it had started: the limit is ${mebibytes(facts.memoryLimitBytes)} (${facts.memorySetBy}).`,
    };
  }
  if (facts.killedByKernel) {
    return {
      outcome: 'out-of-memory',
      reason: `The ${facts.what} was ended by the operating system, which had no memory left for it, before it reached its limit of ${mebibytes(facts.memoryLimitBytes)} (${facts.memorySetBy}).`,
    };
  }
  if (facts.limit === 'timeout') {
    const limit = seconds(facts.timeoutMs);
    return {
      outcome: 'timed-out',
      reason: `The ${facts.what} was ended after ${limit}: its time limit is ${limit} (${facts.timeoutSetBy}).${whereTimedOut(facts)}`,
    };
  }
  if (facts.exitCode === controlClosed) {
    return {
      outcome: 'crashed',
      reason: `The ${facts.what} has closed the descriptor on which its result is told, as os.closerange(3, 1000) does (exit code ${controlClosed}). Let it close only what it has opened.`,
    };
  }
  if (facts.signal !== null || facts.exitCode !== 0) {
    const how =
      facts.signal !== null ? `was ended by ${facts.signal}` : `ended with exit code ${facts.exitCode}`;
    // Who was ended from outside, or left by itself, wrote none then.
    const where =
      ownFaults.has(facts.signal) && facts.crashedAt !== undefined ? `, in ${facts.crashedAt}` : '';
    return {
      outcome: 'crashed',
      reason: `The Python process ${how} before ${notYet(facts)}${where}.`,
    };
  }
  return {
    outcome: 'no-result',
    reason: `The Python process ended with exit code 0 before ${notYet(facts)}. Let the ${facts.what} return its outputs, and not leave by sys.exit or os._exit.`,
  };
}

/** What its process had not come to, as the rest of "before …". */
function notYet({ stage, what }: RunFacts): string {
  if (stage === 'starting') return 'its interpreter had started';
  return stage === 'importing' ? `its ${called[what]} was called` : 'its result was complete';
}

function whereTimedOut({ stage, what, timedOutAt }: RunFacts): string {
  if (timedOutAt !== undefined) return ` It was in ${timedOutAt}.`;
  if (stage === 'starting') return ' By then its interpreter had not started.';
  return stage === 'importing' ? ` By then its ${called[what]} had not been called.` : '';
}

const called = { simulation: 'wire function', target: 'target' };

function ofResult(
  done: NonNullable<RunFacts['done']>,
  { what, pythonVersion }: Pick<RunFacts, 'what' | 'pythonVersion'>,
): Decision {
  if (done.status === 'succeeded') return { outcome: 'succeeded', reason: '' };
  const { error_type: errorType, message, traceback } = done.error ?? noError;
  const error = { errorType, message, traceback };
  const said = oneLine(message === '' ? errorType : `${errorType}: ${message}`);
  switch (done.status) {
    case 'simulation-failed':
      return {
        outcome: what === 'target' ? 'target-failed' : 'simulation-failed',
        reason: `The ${what} failed with ${said}`,
        error,
      };
    case 'invalid-result':
      return {
        outcome: 'invalid-result',
        reason: `The ${what}'s result cannot be stored. ${oneLine(message)}`,
        error,
      };
    case 'environment-failed':
      return {
        outcome: 'environment-failed',
        reason: `The ${what} cannot be imported: ${oneLine(message)}${liesInSource.test(message) ? '' : `. The module is neither in the bundle nor in its environment (Python ${pythonVersion}).`}`,
        error,
      };
    case 'out-of-memory':
      return {
        outcome: 'out-of-memory',
        reason: `The ${what} could not have the memory it asked for. ${said}`,
        error,
      };
    case 'infrastructure':
      throw new Error(
        `Cannot take the ${what}'s result: ${oneLine(message)}. The scratch disk must have room for it.`,
      );
  }
}

/** As known_cause.py says it. */
const liesInSource = /It lies in src of the bundle/;

/** At which Python's faulthandler writes a stack. */
const ownFaults = new Set<string | null>(['SIGSEGV', 'SIGABRT', 'SIGFPE', 'SIGBUS', 'SIGILL']);

const noError = { error_type: 'Error', message: 'no error was given', traceback: '' };

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1000} s`;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}
