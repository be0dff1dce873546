let loaded: Promise<typeof import('apache-arrow')> | undefined;

/** The Arrow library, which reads compressed buffers with what it is given for that. */
export function loadArrow(): Promise<typeof import('apache-arrow')> {
  loaded ??= load();
  return loaded;
}

async function load() {
  const [arrow, lz4, zstd] = await Promise.all([import('apache-arrow'), import('lz4js'), import('fzstd')]);
  // A copy: the library makes views of whole numbers, which may begin at no odd place.
  const decoding = (decompress: (bytes: Uint8Array) => Uint8Array) => ({
    decode: (bytes: Uint8Array) => Uint8Array.from(decompress(bytes)),
  });
  const { CompressionType, compressionRegistry } = arrow;
  compressionRegistry.set(CompressionType.LZ4_FRAME, decoding(lz4.default.decompress));
  compressionRegistry.set(CompressionType.ZSTD, decoding(zstd.decompress));
  return arrow;
}
