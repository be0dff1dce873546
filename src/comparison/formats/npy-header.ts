import type { FileHandle } from 'node:fs/promises';
import { npyElement } from './npy-element.js';

/** What a file of numpy's format says of its array. */
export interface NpyHeader {
  /** For example `<f8`. */
  descr: string;
  fortranOrder: boolean;
  shape: number[];
  /** Elements. */
  count: number;
  /** Bytes of an element. */
  itemSize: number;
  /** Where the first element begins. */
  dataAt: number;
  element(view: DataView, index: number): unknown;
}

/**
 * Source: numpy's NEP 1, https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 * @throws Error for what is no such file, and for arrays of structures or Python objects
 */
export async function readNpyHeader(file: FileHandle): Promise<NpyHeader> {
  const { buffer: start, bytesRead } = await file.read(Buffer.alloc(12), 0, 12, 0);
  if (bytesRead < 12 || start.toString('latin1', 0, 6) !== '\x93NUMPY')
    throw new Error("it does not begin as numpy's files do");
  const isFirst = start[6] === 1;
  const length = isFirst ? start.readUInt16LE(8) : start.readUInt32LE(8);
  const textAt = isFirst ? 10 : 12;
  if (length > 1_000_000) throw new Error('its header is too long');
  const header = await file.read(Buffer.alloc(length), 0, length, textAt);
  const text = header.buffer.toString('latin1');
  const descr = /'descr':\s*'([^']+)'/.exec(text)?.[1];
  const shape = /'shape':\s*\(([^)]*)\)/.exec(text)?.[1];
  const fortran = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  if (header.bytesRead < length || shape === undefined || fortran === undefined)
    throw new Error('its header is not whole');
  if (descr === undefined) throw new Error('its elements are structures, which are compared as bytes');
  const sizes = shape
    .split(',')
    .map((size) => size.trim())
    .filter((size) => size !== '')
    .map(Number);
  const { itemSize, element } = npyElement(descr);
  return {
    ...{ descr, shape: sizes, fortranOrder: fortran === 'True' },
    count: sizes.reduce((product, size) => product * size, 1),
    ...{ itemSize, dataAt: textAt + length, element },
  };
}
