import { isLosslessNumber } from 'lossless-json';
import type { SimTask } from '../contracts/task/sim-task.js';
import type { Answer } from './answer.js';
import type { AnswerDifference } from './answer-difference.js';
import { fieldMean } from './field-mean.js';
import type { Order } from './orders.js';
import type { Plot } from './plot.js';

const mostPlots = 3;
const mostPoints = 400;

/** Plots of what differs in one sequence, from the files of its outputs. */
export async function readPlots(
  tasks: SimTask[],
  { name: order, sequence }: Order,
  truth: (Answer | undefined)[],
  answers: (Answer | undefined)[],
  differences: AnswerDifference[],
): Promise<Plot[]> {
  const parameter = variedParameter(tasks);
  const plots: Plot[] = [];
  for (const { output, field } of differingFields(differences).slice(0, mostPlots)) {
    const points: Plot['points'] = [];
    for (const [position, task] of sequence.slice(0, mostPoints).entries()) {
      const [cold, reused] = await Promise.all(
        [truth[task], answers[position]].map((answer) => plottedValue(answer, output, field, truth[task])),
      );
      if (cold === undefined || reused === undefined) continue;
      const value = parameter === undefined ? undefined : tasks[task]?.params.values[parameter];
      points.push({ task, x: isLosslessNumber(value) ? Number(value.value) : task, cold, reused });
    }
    if (points.length > 0) plots.push({ output, field, parameter: parameter ?? 'task', order, points });
  }
  return plots;
}

function differingFields(differences: AnswerDifference[]): { output: string; field: string }[] {
  const found = new Map<string, { output: string; field: string }>();
  for (const { outputs } of differences)
    for (const { output, content } of outputs)
      for (const { field, largest } of content?.fields ?? [])
        if (largest) found.set(JSON.stringify([output, field]), { output, field });
  return [...found.values()];
}

async function plottedValue(
  answer: Answer | undefined,
  output: string,
  field: string,
  cold: Answer | undefined,
): Promise<number | undefined> {
  const file = answer?.kind === 'returned' ? answer.outputs[output] : undefined;
  if (file === undefined) return undefined;
  const contentType = (cold?.kind === 'returned' && cold.outputs[output]?.contentType) || file.contentType;
  return fieldMean({ name: output, contentType, path: file.path }, field).catch(() => undefined);
}

/** The number that has most values over the tasks; undefined when none varies. */
function variedParameter(tasks: SimTask[]): string | undefined {
  const values = new Map<string, Set<string>>();
  for (const { params } of tasks)
    for (const [name, value] of Object.entries(params.values))
      if (isLosslessNumber(value)) values.set(name, (values.get(name) ?? new Set()).add(value.value));
  const varied = [...values].filter(([, { size }]) => size > 1).sort(([, a], [, b]) => b.size - a.size);
  return varied[0]?.[0];
}
