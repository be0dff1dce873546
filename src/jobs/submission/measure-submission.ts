import type { TaskLine } from '../../contracts/job/task-line.js';
import { formatMessage } from '../../contracts/message/format-message.js';
import { setSizes } from './set-sizes.js';

/** How many messages are measured: those of one job hardly differ. */
const mostMeasured = 1000;

export interface SubmissionSize {
  tasks: number;
  parameter_sets: number;
  /** Fewest and most tasks of a parameter set. */
  replicates: [least: number, most: number];
  /** Of all messages, about. */
  message_bytes: number;
}

/** How large a submission is. */
export function measureSubmission(lines: readonly TaskLine[]): SubmissionSize {
  const { sets, least, most } = setSizes(lines);
  const measured = lines.slice(0, mostMeasured);
  const bytes = measured.reduce((sum, { message }) => sum + Buffer.byteLength(formatMessage(message)), 0);
  return {
    tasks: lines.length,
    parameter_sets: sets,
    replicates: [least, most],
    message_bytes: Math.round((bytes / measured.length) * lines.length),
  };
}
