import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import type { JobStorage } from '../../jobs/job-storage.js';
import type { ReadLog } from '../../jobs/reading/follow-log.js';
import { readLog } from '../../jobs/reading/read-log.js';
import type { Output } from '../terminal/output.js';
import { parameterWords } from '../terminal/parameter-words.js';
import { shortId } from '../terminal/short-id.js';

/** @param how `isOneOfMany`: whether a line goes before it that says whose it is; `shown`: what of it has been shown before */
export async function showLog(
  output: Output,
  { blobs }: Pick<JobStorage, 'blobs'>,
  record: OutcomeRecord,
  { isOneOfMany, shown }: { isOneOfMany: boolean; shown?: ReadLog | undefined },
): Promise<void> {
  const log = record.logs_ref ? await readLog(blobs, record.logs_ref) : undefined;
  const text = log?.toString('utf8');
  const head = `${shortId(record.task_id)} ${record.outcome}: ${parameterWords({ ...record.params, seed: record.seed })}`;
  if (isOneOfMany) output.say(`── ${head}`);
  if (log === undefined || log.length === 0)
    output.note(`Note: the task ${record.task_id} left no log, or it was removed.`);
  else {
    const before = shown?.attempt === record.attempt ? shown.bytes : 0;
    const rest = log.subarray(before).toString('utf8').replace(/\n$/, '');
    if (rest !== '') output.say(rest);
  }
  if (shown) output.note(`Task ${head}`);
  // A log ends where the process did: that of Python's exception is told beside it.
  const traceback = record.error_details?.traceback ?? '';
  if (traceback !== '' && !text?.includes(traceback.trimEnd())) output.say(traceback.trimEnd());
  else if (record.reason !== '') output.say(record.reason);
  output.document({
    task_id: record.task_id,
    outcome: record.outcome,
    run: record.run,
    attempt: record.attempt,
    log: text ?? null,
    reason: record.reason,
    traceback,
  });
}
