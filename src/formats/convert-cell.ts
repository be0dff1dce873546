import type { Cell, CellKind } from './cell-kind.js';
import { isoDay, isoTime } from './iso-time.js';

const perDay = { ms: 86_400_000n, us: 86_400_000_000n, ns: 86_400_000_000_000n };
const isTime = (kind: CellKind): kind is keyof typeof perDay =>
  kind === 'ms' || kind === 'us' || kind === 'ns';

/** A value of one kind as one of a wider kind: see `widenKinds`. An integer that a float has not keeps its nearest. */
export function convertCell(cell: Cell, from: CellKind, to: CellKind): Cell {
  if (cell === null || from === to) return cell;
  if (to === 'text') return cellText(cell, from);
  if (to === 'float32' || to === 'float64') return Number(cell);
  if (to === 'int64' || to === 'uint64') return BigInt(cell as number);
  if (isTime(to)) {
    const perUnit = from === 'day' ? perDay[to] : isTime(from) ? perDay[to] / perDay[from] : 1n;
    return BigInt(cell as number | bigint) * perUnit;
  }
  return cell;
}

/** A value as text, as a CSV has it. */
export function cellText(cell: Exclude<Cell, null>, kind: CellKind): string {
  if (kind === 'day') return isoDay(Number(cell));
  if (isTime(kind)) return isoTime(BigInt(cell as bigint), kind);
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString('base64');
  return String(cell);
}
