import { describeError } from '../../reporting/describe-error.js';
import { StoppedHalfway } from '../../reporting/stopped-halfway.js';
import { UsageError } from '../../reporting/usage-error.js';

/** Keeps account of a deployment, so that one that stops in the middle can say where it stands. */
export interface Steps {
  /** Something exists in Azure, whoever made it. */
  there(what: string): void;
  /**
   * Does one step.
   *
   * @param what as in "while <what>"
   * @param goesOn what Azure goes on with by itself when we stop in the middle of it
   */
  during<T>(what: string, goesOn: string, work: () => Promise<T>): Promise<T>;
}

/** @param howToGoOn a sentence: the command that goes on, or looks, or takes away what is there */
export function createSteps(signal: AbortSignal, howToGoOn: string): Steps {
  const existing: string[] = [];
  return {
    there: (what) => void existing.push(what),
    async during(what, goesOn, work) {
      try {
        signal.throwIfAborted();
        return await work();
      } catch (error) {
        // What was wrongly asked for has made nothing.
        if (error instanceof UsageError || error instanceof StoppedHalfway) throw error;
        const stands =
          existing.length === 0 ? 'Nothing has been made.' : `There by now: ${existing.join(', ')}.`;
        const parts = signal.aborted
          ? [`It was ${what}.`, stands, goesOn, howToGoOn]
          : [`Stopped while ${what}. ${describeError(error)}`, stands, howToGoOn];
        throw new StoppedHalfway(parts.filter((part) => part !== '').join('\n'), { cause: error });
      }
    },
  };
}
