/**
 * A number as JSON writes it, also for the ways to write one that only Python has: `.5`, `1.`, `+1`, `1_000`.
 *
 * @returns undefined when it is none, or may be an identifier that would lose its zero: `01001`
 */
export function numberText(text: string): string | undefined {
  // As nearly all are: a table of them is not to be held twice.
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) return text;
  const form = /^([+-]?)(\d+(?:_\d+)*)?(?:(\.)(\d+(?:_\d+)*)?)?([eE][+-]?\d+)?$/;
  const [found, sign = '', whole = '', point, fraction = '', exponent = ''] = form.exec(text) ?? [];
  if (found === undefined || whole + fraction === '' || /^0[\d_]/.test(whole)) return undefined;
  const written = `${sign === '-' ? '-' : ''}${whole || '0'}${point ? `.${fraction || '0'}` : ''}${exponent}`;
  return written.replaceAll('_', '');
}
