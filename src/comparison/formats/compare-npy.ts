import { type FileHandle, open } from 'node:fs/promises';
import type { FieldsComparison } from '../values/compare-fields.js';
import { type NpyHeader, readNpyHeader } from './npy-header.js';

const bytesAtOnce = 1024 * 1024;

/**
 * Compares two numpy arrays element by element, where their shapes allow it.
 *
 * @throws Error that says what is wrong with one of them
 */
export async function compareNpy(first: string, second: string, fields: FieldsComparison): Promise<void> {
  const files = [await open(first)];
  try {
    files.push(await open(second));
    const [a, b] = files as [FileHandle, FileHandle];
    await compareArrays(a, b, await readNpyHeader(a), await readNpyHeader(b), fields);
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}

async function compareArrays(
  a: FileHandle,
  b: FileHandle,
  first: NpyHeader,
  second: NpyHeader,
  fields: FieldsComparison,
): Promise<void> {
  const inSecond = (what: string, one: string, other: string) =>
    fields.remark(`${what} is ${one} in the first, and ${other} in the second`);
  if (first.descr !== second.descr) inSecond('the type', first.descr, second.descr);
  const order = ({ fortranOrder }: NpyHeader) => (fortranOrder ? "Fortran's" : "C's");
  if (first.fortranOrder !== second.fortranOrder) inSecond('the order', order(first), order(second));
  const shapeOf = ({ shape }: NpyHeader) => `(${shape.join(', ')})`;
  if (shapeOf(first) !== shapeOf(second)) inSecond('the shape', shapeOf(first), shapeOf(second));

  const rest = ({ shape }: NpyHeader) => shape.slice(1).join();
  const bothInRows = !first.fortranOrder && !second.fortranOrder && rest(first) === rest(second);
  const sameLayout = first.fortranOrder === second.fortranOrder && shapeOf(first) === shapeOf(second);
  if (!sameLayout && !(bothInRows && first.shape.length === second.shape.length)) return;

  const count = Math.min(first.count, second.count);
  const atOnce = Math.max(1, Math.floor(bytesAtOnce / Math.max(first.itemSize, second.itemSize)));
  for (let from = 0; from < count; from += atOnce) {
    const elements = Math.min(atOnce, count - from);
    const [x, y] = await Promise.all([read(a, first, from, elements), read(b, second, from, elements)]);
    let index = 0;
    const at = () => `[${placeOf(from + index, first).join(', ')}]`;
    for (; index < elements; index++)
      fields.compare('', first.element(x, index), second.element(y, index), at);
  }
}

async function read(
  file: FileHandle,
  { dataAt, itemSize }: NpyHeader,
  from: number,
  elements: number,
): Promise<DataView> {
  const bytes = Buffer.alloc(elements * itemSize);
  let filled = 0;
  while (filled < bytes.length) {
    const position = dataAt + from * itemSize + filled;
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, position);
    if (bytesRead === 0) throw new Error('it ends before its last element, so it was cut off');
    filled += bytesRead;
  }
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Where an element stands in an array, by its place in the file. */
function placeOf(flat: number, { shape, fortranOrder }: NpyHeader): number[] {
  const sizes = fortranOrder ? shape : [...shape].reverse();
  let rest = flat;
  const place = sizes.map((size) => {
    const index = rest % size;
    rest = Math.floor(rest / size);
    return index;
  });
  return fortranOrder ? place : place.reverse();
}
