import type { ValueKind } from './field-difference.js';
import { numberOf } from './number-of.js';

/** Longer ones are judged by this much of them. */
const longest = 10_000;
const dayMs = 24 * 60 * 60 * 1000;
/** A clock's time of a task lies before its end by no more than this; time zones count too. */
const nearMs = 2 * dayMs;

const date = /\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?/g;
const clock = /\b\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?\b/g;
const uuid = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;
const address = /\b0x[0-9a-f]{6,16}\b/gi;

/**
 * What two values that differ are, seen by what of them differs: times of a clock, addresses of objects, UUIDs, other text, or
 * numbers. A date counts as a clock's when it is that of the task's own end: simulated days are values like others.
 *
 * @param finishedAt when each task ended, in ms since 1970
 */
export function looksLike(a: unknown, b: unknown, finishedAt: readonly [number, number]): ValueKind {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined)
    return isClock(Number(x), finishedAt[0]) && isClock(Number(y), finishedAt[1]) ? 'time' : 'number';
  const [one, other] = [textOf(a), textOf(b)];
  if (one === undefined || other === undefined) return 'text';
  if (without(uuid, one) === without(uuid, other)) return 'uuid';
  if (without(address, one) === without(address, other)) return 'address';
  if (withoutTimes(one, finishedAt[0]) === withoutTimes(other, finishedAt[1])) return 'time';
  return 'text';
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.slice(0, longest);
  return value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : undefined;
}

/** Seconds, milli-, micro- or nanoseconds since 1970. */
function isClock(value: number, finishedAt: number): boolean {
  return [1e-3, 1, 1e3, 1e6].some((perMs) => Math.abs(value / perMs - finishedAt) < nearMs);
}

function without(what: RegExp, text: string): string {
  return text.replace(what, '\0');
}

function withoutTimes(text: string, finishedAt: number): string {
  const noDates = text.replace(date, (found) => {
    const at = Date.parse(found.replace(' ', 'T').replace(',', '.'));
    return Math.abs(at - finishedAt) < nearMs ? '\0' : found;
  });
  return noDates.replace(clock, '\0');
}
