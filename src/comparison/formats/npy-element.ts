import { isoDay, isoTime, type TimeUnit } from '../../formats/iso-time.js';

type Read = (view: DataView, at: number, little: boolean) => unknown;

const readers: Record<string, [size: number, read: Read]> = {
  b1: [1, (view, at) => view.getUint8(at) !== 0],
  i1: [1, (view, at) => view.getInt8(at)],
  u1: [1, (view, at) => view.getUint8(at)],
  i2: [2, (view, at, little) => view.getInt16(at, little)],
  u2: [2, (view, at, little) => view.getUint16(at, little)],
  i4: [4, (view, at, little) => view.getInt32(at, little)],
  u4: [4, (view, at, little) => view.getUint32(at, little)],
  i8: [8, (view, at, little) => view.getBigInt64(at, little)],
  u8: [8, (view, at, little) => view.getBigUint64(at, little)],
  f2: [2, (view, at, little) => half(view.getUint16(at, little))],
  f4: [4, (view, at, little) => view.getFloat32(at, little)],
  f8: [8, (view, at, little) => view.getFloat64(at, little)],
  c8: [
    8,
    (view, at, little) => ({ real: view.getFloat32(at, little), imag: view.getFloat32(at + 4, little) }),
  ],
  c16: [
    16,
    (view, at, little) => ({ real: view.getFloat64(at, little), imag: view.getFloat64(at + 8, little) }),
  ],
};

/**
 * How the elements of a numpy array of this type are read.
 *
 * @param descr for example `<f8`, `|S10`, `<M8[ns]`
 * @throws Error for Python objects, and for types that this does not know
 */
export function npyElement(descr: string): {
  itemSize: number;
  element(view: DataView, index: number): unknown;
} {
  const little = !descr.startsWith('>');
  const type = descr.replace(/^[<>|=]/, '');
  const [size, read] = readers[type] ?? timeReader(type) ?? textReader(type) ?? [];
  if (size === undefined || read === undefined)
    throw new Error(`its elements are of the type ${descr}, which is compared as bytes`);
  return { itemSize: size, element: (view, index) => read(view, index * size, little) };
}

function timeReader(type: string): [number, Read] | undefined {
  const [, kind, unit = ''] = /^([Mm])8(?:\[(\w+)\])?$/.exec(type) ?? [];
  if (kind === undefined) return undefined;
  return [
    8,
    (view, at, little) => {
      const count = view.getBigInt64(at, little);
      if (count === -(2n ** 63n)) return null; // not a time
      if (kind === 'm') return count;
      if (unit === 'D') return isoDay(Number(count));
      return ['s', 'ms', 'us', 'ns'].includes(unit) ? isoTime(count, unit as TimeUnit) : count;
    },
  ];
}

function textReader(type: string): [number, Read] | undefined {
  const [, kind, length] = /^([SU])(\d+)$/.exec(type) ?? [];
  if (kind === undefined) return undefined;
  const size = Number(length) * (kind === 'U' ? 4 : 1);
  return [
    size,
    (view, at, little) => {
      let text = '';
      for (let byte = 0; byte < size; byte += kind === 'U' ? 4 : 1)
        text += String.fromCodePoint(
          kind === 'U' ? view.getUint32(at + byte, little) : view.getUint8(at + byte),
        );
      return text.replace(/\0+$/, '');
    },
  ];
}

/** A float of 16 bits, as IEEE 754 has it. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
