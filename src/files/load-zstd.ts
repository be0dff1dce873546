import { type ZstdOfNode, zstdOfNode } from './zstd-of-node.js';

let loaded: Promise<Zstd> | undefined;

/** ZSTD_c_compressionLevel of the library. */
const compressionLevel = 100;
/** Least in size and most in time is 22. */
const usual = 3;

/** @param level 3, that of most writers, where none is given */
export type Zstd = (bytes: Uint8Array, level?: number) => Uint8Array;

/** Compresses with zstd: Node's own from 22.15 on, a package in an older one. That is loaded once: a second start of it breaks what the first has handed out. */
export async function loadZstd(
  ofNode: Pick<ZstdOfNode, 'zstdCompressSync'> | undefined = zstdOfNode,
): Promise<Zstd> {
  if (ofNode)
    return (bytes, level = usual) =>
      ofNode.zstdCompressSync(bytes, { params: { [compressionLevel]: level } });
  loaded ??= loadPackage();
  return loaded;
}

async function loadPackage(): Promise<Zstd> {
  const { init, compress } = await import('@bokuweb/zstd-wasm');
  await init();
  return (bytes, level = usual) => compress(bytes, level);
}
