import { z } from 'zod';
import type { OutcomeRecord } from './outcome-record.js';

/** A listing brings those of every task; of a longer one the record tells. */
const longest = 1024;

/** Why a task failed: a short form of its record, which stands with its outcome in a listing, so that failures are grouped without a request for each. */
export const TaskFailure = z.object({
  /** One sentence. */
  reason: z.string(),
  /** Of Python's exception; empty where there is none. */
  error_type: z.string(),
  /** Deepest line of the traceback, as in `wire.py, line 8 (wire)`; empty where there is none. */
  place: z.string(),
});
export type TaskFailure = z.infer<typeof TaskFailure>;

export function taskFailure({
  reason,
  error,
  error_details: details,
}: Pick<OutcomeRecord, 'reason' | 'error' | 'error_details'>): TaskFailure {
  return { reason, error_type: error?.error_type ?? '', place: lastPlace(details?.traceback ?? '') };
}

/** As a value of a blob's metadata; undefined when it is too long for one. */
export function formatTaskFailure(failure: TaskFailure): string | undefined {
  const text = new URLSearchParams(Object.entries(failure)).toString();
  return text.length <= longest ? text : undefined;
}

/** @returns undefined when the text is no such value, as in outcomes that older apps recorded */
export function parseTaskFailure(text: string | undefined): TaskFailure | undefined {
  return TaskFailure.safeParse(Object.fromEntries(new URLSearchParams(text ?? ''))).data;
}

/** The bundle's folder as its task finds it: the same for all tasks where the machine allows it, else one of its own. */
const ofTask = /^.*\/(w\/[^/]+\/[^/]+|t)\/bundle\//;

/** Of a traceback as Python writes it. The folder of a task may have another name each time, so that only what stands behind `bundle` is its place. */
function lastPlace(traceback: string): string {
  const frames = [...traceback.matchAll(/^ {2}File "(.*)", line (\d+), in (.*)$/gm)];
  const inBundle = frames.findLast(([, path = '']) => ofTask.test(path));
  const [, path = '', line = '', name = ''] = inBundle ?? frames.at(-1) ?? [];
  if (path === '') return '';
  return `${path.replace(ofTask, '')}, line ${line} (${name})`;
}
