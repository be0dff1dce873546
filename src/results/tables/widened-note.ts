import type { CellKind } from '../../formats/cell-kind.js';

const kindNames: Record<CellKind, string> = {
  boolean: 'true or false',
  int32: 'an integer',
  int64: 'an integer',
  uint64: 'a large integer',
  float32: 'a number',
  float64: 'a number',
  text: 'text',
  bytes: 'bytes',
  day: 'a day',
  ms: 'a time',
  us: 'a time',
  ns: 'a time',
};

/** What is told of a column whose kind differs between tasks; nothing where both are numbers and it stays one. */
export function widenedNote(
  output: string,
  column: string,
  { from, other, to }: { from: CellKind; other: CellKind; to: CellKind },
): string | undefined {
  if (areNumbers(from, other) && to !== 'text') return undefined;
  return `The column "${column}" of the output "${output}" is ${kindNames[from]} in some tasks and ${kindNames[other]} in others: it is written as what holds both.`;
}

function areNumbers(...kinds: CellKind[]): boolean {
  const numbers: CellKind[] = ['int32', 'int64', 'uint64', 'float32', 'float64'];
  return kinds.every((kind) => numbers.includes(kind));
}
