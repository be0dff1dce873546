let loaded: Promise<(bytes: Uint8Array) => Uint8Array> | undefined;

/** That of most writers of Parquet. */
const level = 3;

/** Compresses with zstd, which Node itself has from 22.15 on. Loaded once: a second start of the library breaks what the first has handed out. */
export function loadZstd(): Promise<(bytes: Uint8Array) => Uint8Array> {
  loaded ??= load();
  return loaded;
}

async function load() {
  const { init, compress } = await import('@bokuweb/zstd-wasm');
  await init();
  return (bytes: Uint8Array) => compress(bytes, level);
}
