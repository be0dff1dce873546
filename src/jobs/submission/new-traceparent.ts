import { randomBytes } from 'node:crypto';

/**
 * A W3C traceparent of a new trace. Sampled (the last `01`): whether anything is recorded is for the app to say, which knows
 * whether there is anybody to send it to; with `00` it would have to stay silent.
 */
export function newTraceparent(): string {
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}
