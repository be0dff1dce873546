import type { OutcomeKind } from '../contracts/result/outcome.js';
import type { OutcomeRecord } from '../contracts/result/outcome-record.js';

/** A task ended without a result. */
export class SimulationFailed extends Error {
  override readonly name = 'SimulationFailed';
  readonly taskId: string;
  readonly outcome: OutcomeKind;
  /** One sentence. */
  readonly reason: string;
  /** Of Python; empty where there is none. */
  readonly traceback: string;

  constructor(record: Pick<OutcomeRecord, 'task_id' | 'outcome' | 'reason' | 'error_details'>) {
    const traceback = record.error_details?.traceback ?? '';
    const tail = traceback === '' ? '' : `\n${traceback.trimEnd()}`;
    super(`Task ${record.task_id} ended as ${record.outcome}: ${record.reason}${tail}`);
    this.taskId = record.task_id;
    this.outcome = record.outcome;
    this.reason = record.reason;
    this.traceback = traceback;
  }
}
