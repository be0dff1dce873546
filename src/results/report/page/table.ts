import type { Table } from './charts.js';
import { element } from './element.js';
import { numberWords } from './words.js';

/** A table that may be wider than the page. */
export function tableOf({ columns, rows, note }: Table, caption: string): HTMLElement {
  const cell = (value: string | number | null) =>
    typeof value === 'number'
      ? element('td', { class: 'number' }, numberWords(value))
      : element('td', {}, value ?? '');
  return element(
    'div',
    { class: 'wide', tabindex: '0', role: 'region', 'aria-label': caption },
    element(
      'table',
      {},
      element('caption', {}, caption),
      element(
        'thead',
        {},
        element('tr', {}, ...columns.map((name) => element('th', { scope: 'col' }, name))),
      ),
      element('tbody', {}, ...rows.map((row) => element('tr', {}, ...row.map(cell)))),
    ),
    note === undefined ? undefined : element('p', { class: 'note' }, note),
  );
}
