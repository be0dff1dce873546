import { type ZstdOfNode, zstdOfNode } from './zstd-of-node.js';

let loaded: Promise<(bytes: Uint8Array) => Uint8Array> | undefined;

/** That of most writers, and of Node. */
const level = 3;

/** Compresses with zstd: Node's own from 22.15 on, a package in an older one. That is loaded once: a second start of it breaks what the first has handed out. */
export async function loadZstd(
  ofNode: Pick<ZstdOfNode, 'zstdCompressSync'> | undefined = zstdOfNode,
): Promise<(bytes: Uint8Array) => Uint8Array> {
  if (ofNode) return (bytes) => ofNode.zstdCompressSync(bytes);
  loaded ??= loadPackage();
  return loaded;
}

async function loadPackage() {
  const { init, compress } = await import('@bokuweb/zstd-wasm');
  await init();
  return (bytes: Uint8Array) => compress(bytes, level);
}
