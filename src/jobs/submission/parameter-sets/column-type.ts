import { numberText } from '../../../contracts/json/number-text.js';

/** The text of a cell; undefined when it is empty, without quotes. */
export type Cell = string | undefined;

export type ColumnType = 'int' | 'float' | 'bool' | 'text';

/** What tables write for a number that is not there. */
const noNumber = /^(?:na|n\/a|nan|null|none|nil|[+-]?inf(?:inity)?|#n\/a|#value!|#div\/0!|-)$/i;

/**
 * The one type of a column. Whole numbers beside others are floats; a column in which digits begin with a zero holds identifiers, so text.
 * Quotes say nothing about the type, for many tools quote every cell.
 *
 * @param refuse throws, for the cell that has no value, or another type than the others
 */
export function columnType(cells: Cell[], refuse: (row: number, complaint: string) => never): ColumnType {
  const empty = cells.indexOf(undefined);
  if (empty >= 0)
    refuse(
      empty,
      'is empty: a parameter always has a value. Fill it in, write "" for an empty string, or leave the column out',
    );
  const texts = cells as string[];
  const numbers = texts.map(numberText);
  const other = numbers.indexOf(undefined);
  if (other < 0) {
    if (numbers.every(isWhole)) return 'int';
    const long = numbers.findIndex((text) => isWhole(text) && !Number.isSafeInteger(Number(text)));
    if (long >= 0)
      refuse(
        long,
        `is ${texts[long]} in a column of floats, which cannot hold all its digits: write it as a float`,
      );
    return 'float';
  }
  if (texts.every((text) => /^(?:true|false)$/i.test(text))) return 'bool';
  if (texts.every((text) => /^\d+$/.test(text))) return 'text';
  const comma = texts.findIndex((text) => /^-?\d+,\d+$/.test(text));
  if (comma >= 0) refuse(comma, `is ${texts[comma]}, with a decimal comma: write a point`);
  const number = numbers.findIndex((text) => text !== undefined);
  if (number < 0) return 'text';
  const found = `is ${JSON.stringify(texts[other])}, and row ${number + 2} is the number ${texts[number]}`;
  return refuse(
    other,
    noNumber.test(texts[other] ?? '')
      ? `${found}: give it a number, or leave the row out`
      : `${found}: a column has one type. Correct one of them, or write the sets as JSON lines`,
  );
}

function isWhole(text: string | undefined): boolean {
  return text !== undefined && /^-?\d+$/.test(text);
}
