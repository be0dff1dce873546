import * as zlib from 'node:zlib';

export interface ZstdOfNode {
  /** Of level 3, the library's own. */
  zstdCompressSync(bytes: Uint8Array): Uint8Array;
}

/** zstd as Node has it from 22.15 on; undefined in an older one. */
export const zstdOfNode: ZstdOfNode | undefined =
  'zstdCompressSync' in zlib ? (zlib as unknown as ZstdOfNode) : undefined;
