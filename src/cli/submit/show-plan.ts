import { stringifyJson } from '../../contracts/json/stringify-json.js';
import type { PlannedTasks } from '../../jobs/submission/plan-tasks.js';
import { counted } from '../../reporting/counted.js';
import type { Output } from '../terminal/output.js';

const shown = 20;

/** What would be sent: for programs every task, one object a line; for people the first ones and how many there are. */
export function showPlan(output: Output, { lines, repeated, jobId }: PlannedTasks & { jobId: string }): void {
  for (const { task_id, result_key, message } of lines) {
    const { params, seed, outputs, env, bundle_ref, entrypoint, executor } = message;
    const task = {
      param_id: params.param_id,
      task_id,
      params: params.values,
      seed,
      outputs,
      env,
      bundle_ref,
      entrypoint,
    };
    output.document({ ...task, executor, result_key });
  }
  for (const { task_id, message } of lines.slice(0, shown)) {
    output.say(`${task_id}  ${stringifyJson(message.params.values)} seed ${message.seed}`);
  }
  if (lines.length > shown) output.say(`… and ${lines.length - shown} more (--json shows all).`);
  output.say(
    `Nothing was sent. Job ${jobId} would have ${counted(lines.length, 'task')}${repeated > 0 ? `; ${repeated} more repeat one of them` : ''}.`,
  );
}
