import { causeNames } from '../../comparison/causes/likely-causes.js';
import { formatNames } from '../../comparison/compare-files.js';
import type { Comparison, TaskDifference } from '../../comparison/comparison.js';
import type {
  ByteDifference,
  ContentDifference,
  OutputDifference,
} from '../../comparison/content-difference.js';
import { countFacts, type DifferenceGroup, groupDifferences } from '../../comparison/group-differences.js';
import type { FieldDifference } from '../../comparison/values/field-difference.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import { counted } from '../../reporting/counted.js';
import { someNames } from './some-names.js';

const groupsShown = 5;
const outputsShown = 3;
const fieldsShown = 4;
const factsShown = 8;

/**
 * What comes of comparing results, for people: tasks that differ in the same way together.
 *
 * @param first how the two are called
 */
export function comparisonLines(compared: Comparison, first: string, second: string): string[] {
  const { compared: both, same, one_result: oneResult, different, uncompared } = compared;
  const groups = groupDifferences(compared);
  const moreGroups = groups.length - groupsShown;
  const facts = countFacts(compared);
  return [
    ...(both > 0
      ? [
          `Compared ${first} with ${second}: ${same} of ${counted(both, 'task')} ${same === 1 ? 'has' : 'have'} the same bytes${different.length > 0 ? `, ${different.length} not` : ''}.`,
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
  const { ended, outputs, looked_at: looked, causes } = example;
  const [likely, ...others] = causes;
  const more = outputs.length - outputsShown;
  return [
    `${counted(ids.length, 'task')}: ${headline(example)}`,
    `  ${ids.length > 1 ? 'the first is ' : ''}${example.task_id}, ${example.entrypoint} ${stringifyJson(example.params)} seed ${example.seed}`,
    ...(ended ? [`  ${ended.reason}`] : []),
    ...outputs.slice(0, outputsShown).flatMap(outputLines),
    ...(more > 0 ? [`  and ${counted(more, 'more output')}`] : []),
    ...(!looked && !ended ? ['  Nobody looked into them: --details says how many are looked into.'] : []),
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

function headline({ ended, outputs }: TaskDifference): string {
  if (ended) return `${ended.outcome} the second time`;
  const names = outputs.slice(0, outputsShown).map(({ output }) => `"${output}"`);
  const more = outputs.length - names.length;
  return `${outputs.length > 1 ? 'outputs differ' : 'an output differs'}: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function outputLines({ output, sizes: [one, other], content, unseen }: OutputDifference): string[] {
  if (one === null || other === null)
    return [`  "${output}" is only in the ${one === null ? 'second' : 'first'}.`];
  if (unseen) return [`  "${output}": ${unseen}`];
  return content ? contentLines(output, content) : [];
}

function contentLines(output: string, content: ContentDifference): string[] {
  const { format, unreadable, structure, fields, more_fields: moreFields, first_byte: firstByte } = content;
  const more = fields.length + moreFields - fieldsShown;
  const inside = [
    ...(unreadable ? [`${unreadable}.`] : []),
    ...structure.slice(0, fieldsShown).map((sentence) => `${sentence}.`),
    ...(structure.length > fieldsShown ? [`and ${structure.length - fieldsShown} more of this kind`] : []),
    ...fields.slice(0, fieldsShown).map((field) => fieldLine(field)),
    ...(more > 0 ? [`and ${more} more that differ`] : []),
    ...(content.names_reordered ? ['names come in another order.'] : []),
    ...(format === 'bytes' || (fields.length === 0 && structure.length === 0)
      ? [`${format === 'bytes' ? '' : 'every value is the same; '}${byteLine(firstByte)}`]
      : []),
  ];
  return [`  "${output}" (${formatNames[format]}):`, ...inside.map((line) => `    ${line}`)];
}

function fieldLine({ field, compared, different, first, largest, reordered, kind }: FieldDifference): string {
  const name = field === '' ? '' : `${field}: `;
  const far = largest
    ? `, by up to ${short(largest.absolute)} (${short(largest.relative)} of the value)`
    : '';
  const what = reordered
    ? ', the same in another order'
    : kind === 'number' || kind === 'text'
      ? ''
      : `, ${{ time: 'times of the clock', address: 'addresses of objects', uuid: 'UUIDs' }[kind]}`;
  return `${name}${different} of ${counted(compared, 'value')} ${different === 1 ? 'differs' : 'differ'}${far}${what}; first ${first.at}: ${first.values.join(' | ')}`;
}

function byteLine({ offset, bytes: [one, other], around }: ByteDifference): string {
  const byte = (value: number | null) =>
    value === null ? 'the end' : `0x${value.toString(16).padStart(2, '0')}`;
  const text = around ? `, ${around.map((part) => JSON.stringify(part)).join(' | ')}` : '';
  return `the bytes part at offset ${offset}: ${byte(one)} | ${byte(other)}${text}`;
}

function short(number: number): string {
  return String(Number(number.toPrecision(2)));
}
