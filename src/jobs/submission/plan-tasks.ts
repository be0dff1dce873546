import type { TaskLine } from '../../contracts/job/task-line.js';
import { resultKey } from '../../contracts/task/result-key.js';
import type { SimTask } from '../../contracts/task/sim-task.js';
import { taskId } from '../../contracts/task/task-id.js';
import { ContractViolation } from '../../contracts/validation/contract-violation.js';

export interface PlannedTasks {
  /** Each task once, in the order of their first mention. */
  lines: TaskLine[];
  /** How often a task was asked for again, and is not sent again. */
  repeated: number;
}

/**
 * The tasks of a job, named, each once.
 *
 * @param executor `cold` when every task demands a fresh process
 * @throws ContractViolation when two tasks have one task id and are not the same: a job keeps one outcome for each task id.
 */
export function planTasks(tasks: SimTask[], jobId: string, executor: 'cold' | undefined): PlannedTasks {
  const lines = new Map<string, TaskLine>();
  let repeated = 0;
  tasks.forEach((task, index) => {
    const line: TaskLine = {
      task_id: taskId(task),
      result_key: resultKey(task, 'cold'),
      // In place of a spread, whose objects take three times the memory, and there may be a million.
      message: Object.assign({}, task, { job_id: jobId }, executor && { executor }),
    };
    const known = lines.get(line.task_id);
    if (known === undefined) lines.set(line.task_id, line);
    else if (isSame(known, line)) repeated += 1;
    else {
      throw new ContractViolation(
        ['tasks', index],
        `has the same bundle, entrypoint, parameters and seed as an earlier task, and other outputs, config, env or limits, so that both are task ${line.task_id}: submit one of them in a job of its own`,
      );
    }
  });
  return { lines: [...lines.values()], repeated };
}

function isSame(one: TaskLine, other: TaskLine): boolean {
  const { timeout_seconds: seconds, memory_bytes: bytes } = other.message;
  return (
    one.result_key === other.result_key &&
    one.message.timeout_seconds === seconds &&
    one.message.memory_bytes === bytes
  );
}
