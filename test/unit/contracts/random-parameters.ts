/** JSON texts of parameter sets, the same ones each time, full of numbers and names that are easily got wrong. */
export function randomParameters(count: number): string[] {
  let state = 20_240_229;
  // mulberry32
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(random() * limit);
  const digits = (length: number) => Array.from({ length }, () => below(10)).join('');
  const double = () => {
    const view = new DataView(new ArrayBuffer(8));
    do {
      view.setUint32(0, below(2 ** 32));
      view.setUint32(4, below(2 ** 32));
    } while (!Number.isFinite(view.getFloat64(0)));
    return view.getFloat64(0);
  };
  const pieces = [
    'a',
    'beta',
    'Z',
    'é',
    'ß',
    '漢',
    '😀',
    '\uffff',
    '\u2028',
    '\u007f',
    '"',
    '\\',
    '\n',
    '\u0001',
    '/',
    ' ',
  ];
  const text = () => Array.from({ length: below(5) }, () => pieces[below(pieces.length)]).join('');
  const numbers = [
    () => String(below(2 ** 31)),
    () => `-${1 + below(9)}${digits(below(40))}`,
    () => '-0',
    () => double().toString(),
    () => double().toExponential(),
    () => (random() * 10 ** (below(40) - 20)).toString(),
    () => `${below(10)}.${digits(1 + below(30))}`,
    () =>
      `${below(10)}.${digits(1 + below(5))}${random() < 0.5 ? 'e' : 'E'}${['', '+', '-'][below(3)]}${below(30)}`,
    () => `${1 + below(9)}${digits(14 + below(4))}.0`,
    () => `${2 ** below(60)}.5`,
  ];
  const value = () => {
    const kind = random();
    if (kind < 0.1) return String(random() < 0.5);
    if (kind < 0.25) return JSON.stringify(text());
    return (numbers[below(numbers.length)] ?? String)();
  };
  return Array.from({ length: count }, () => {
    const names = new Set(Array.from({ length: below(6) }, (_, i) => text() + (i % 2 ? '' : digits(2))));
    return `{${[...names].map((name) => `${JSON.stringify(name)}: ${value()}`).join(', ')}}`;
  });
}
