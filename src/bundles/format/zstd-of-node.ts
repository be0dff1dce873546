import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';

interface Zstd {
  createZstdCompress(options: { chunkSize: number }): Transform;
  createZstdDecompress(options: { chunkSize: number }): Transform;
}

/** zstd as Node has it from 22.15 on; undefined in an older one. */
export const zstdOfNode: Zstd | undefined =
  'createZstdDecompress' in zlib ? (zlib as unknown as Zstd) : undefined;
