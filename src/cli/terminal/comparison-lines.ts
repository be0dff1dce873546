import { causeNames } from '../../comparison/causes/likely-causes.js';
import type { Comparison, TaskDifference, TaskEnd } from '../../comparison/comparison.js';
import { countFacts, type DifferenceGroup, groupDifferences } from '../../comparison/group-differences.js';
import { outputDifferenceLines } from '../../comparison/output-difference-lines.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import { counted } from '../../reporting/counted.js';
import { someNames } from './some-names.js';

const groupsShown = 5;
const outputsShown = 3;
const factsShown = 8;

/**
 * What comes of comparing results, for people: tasks that differ in the same way together.
 *
 * @param first how the two are called
 */
export function comparisonLines(compared: Comparison, first: string, second: string): string[] {
  const {
    compared: both,
    same,
    failed_alike: alike = 0,
    one_result: oneResult,
    different,
    uncompared,
  } = compared;
  const groups = groupDifferences(compared);
  const moreGroups = groups.length - groupsShown;
  const facts = countFacts(compared);
  return [
    ...(both > 0
      ? [
          `Compared ${first} with ${second}: ${same} of ${counted(both, 'task')} ${same === 1 ? 'has' : 'have'} the same bytes${alike > 0 ? `, or fail${same === 1 ? 's' : ''} in the same way (${alike})` : ''}${different.length > 0 ? `, ${different.length} not` : ''}.`,
        ]
      : []),
    ...(oneResult > 0
      ? [
          `Note: of ${counted(oneResult, 'task')} both name one stored result, so that nothing ran twice. --no-cache runs them again.`,
        ]
      : []),
    ...groups.slice(0, groupsShown).flatMap(groupLines),
    ...(moreGroups > 0
      ? [`And tasks that differ in ${counted(moreGroups, 'other way')} (--json names them).`]
      : []),
    ...(facts.length > 0 ? ['Not the same in how they were made:'] : []),
    ...facts
      .slice(0, factsShown)
      .map(
        ({ name, values: [one, other], tasks }) =>
          `  ${name}: ${one ?? 'not told'} | ${other ?? 'not told'} (${counted(tasks, 'task')})`,
      ),
    ...(facts.length > factsShown ? [`  and ${facts.length - factsShown} more (--json names them)`] : []),
    ...(uncompared.length > 0
      ? [
          `${counted(uncompared.length, 'task')} could not be compared: ${someNames(uncompared.map(({ task_id }) => task_id))}. The first: ${uncompared[0]?.why}`,
        ]
      : []),
  ];
}

function groupLines({ task_ids: ids, example }: DifferenceGroup): string[] {
  const { first_ended: first, ended, outputs, looked_at: looked, causes } = example;
  const [likely, ...others] = causes;
  const more = outputs.length - outputsShown;
  return [
    `${counted(ids.length, 'task')}: ${headline(example)}`,
    `  ${ids.length > 1 ? 'the first is ' : ''}${example.task_id}, ${example.entrypoint} ${stringifyJson(example.params)} seed ${example.seed}`,
    ...(first ? [`  ${ended ? 'The first time: ' : ''}${first.reason}`] : []),
    ...(ended ? [`  ${first ? 'The second time: ' : ''}${ended.reason}`] : []),
    ...outputs
      .slice(0, outputsShown)
      .flatMap((output) => outputDifferenceLines(output).map((line) => `  ${line}`)),
    ...(more > 0 ? [`  and ${counted(more, 'more output')}`] : []),
    ...(!looked && !ended && !first
      ? ['  Nobody looked into them: --details says how many are looked into.']
      : []),
    ...(likely && looked
      ? [
          `  Most likely: ${causeNames[likely.cause]}, as ${likely.because}. ${likely.remedy}`,
          ...(others.length > 0
            ? [`  Or: ${others.map(({ cause, because }) => `${causeNames[cause]} (${because})`).join('; ')}`]
            : []),
        ]
      : []),
  ];
}

function headline({ first_ended: first, ended, outputs }: TaskDifference): string {
  if (first) return `${endWords(first)} the first time, ${endWords(ended)} the second time`;
  if (ended) return `${endWords(ended)} the second time`;
  const names = outputs.slice(0, outputsShown).map(({ output }) => `"${output}"`);
  const more = outputs.length - names.length;
  return `${outputs.length > 1 ? 'outputs differ' : 'an output differs'}: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function endWords(end: TaskEnd | undefined): string {
  if (end === undefined) return 'succeeded';
  return end.error_type === undefined ? end.outcome : `${end.outcome} (${end.error_type})`;
}
