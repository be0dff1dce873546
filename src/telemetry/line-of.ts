import { SeverityNumber } from '@opentelemetry/api-logs';
import { Interrupted } from '../simulation/interrupted.js';
import type { Observation } from '../simulation/observation.js';

/** The line that is logged of an observation. Reasons stand in the outcome records: they can quote a simulation. */
export function lineOf({ ended, invocation, delivery }: Observation): {
  severityNumber: SeverityNumber;
  severityText: string;
  body: string;
} {
  if ('result' in ended) {
    const { subject, outcome, cached, leak } = ended.result;
    if (leak !== undefined)
      return said('ERROR', `${subject}: ${outcome}; a reused process answered otherwise than fresh ones`);
    const level = outcome === 'succeeded' ? 'INFO' : outcome === 'given-up' ? 'ERROR' : 'WARN';
    return said(level, `${subject}: ${outcome}${cached ? ' (cached)' : ''}`);
  }
  const subject = invocation
    ? `${invocation.jobRun.jobId}/${invocation.jobRun.run}/${invocation.taskId}`
    : `message ${delivery.messageId}`;
  return ended.error instanceof Interrupted
    ? said('WARN', `${subject}: interrupted, because its worker is taken away`)
    : said('ERROR', `${subject}: trouble outside the task; the queue delivers it again, if it may`);
}

function said(level: 'INFO' | 'WARN' | 'ERROR', body: string) {
  return { severityNumber: SeverityNumber[level], severityText: level, body };
}
