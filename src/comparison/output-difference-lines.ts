import { counted } from '../reporting/counted.js';
import { formatNames } from './compare-files.js';
import type { ByteDifference, ContentDifference, OutputDifference } from './content-difference.js';
import type { FieldDifference } from './values/field-difference.js';

const fieldsShown = 4;

/** What differs between two files of one output, for people. */
export function outputDifferenceLines({
  output,
  sizes: [one, other],
  content,
  unseen,
}: OutputDifference): string[] {
  if (one === null || other === null)
    return [`"${output}" is only in the ${one === null ? 'second' : 'first'}.`];
  if (unseen) return [`"${output}": ${unseen}`];
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
  return [`"${output}" (${formatNames[format]}):`, ...inside.map((line) => `  ${line}`)];
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
