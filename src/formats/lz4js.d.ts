declare module 'lz4js' {
  const lz4: {
    /** Of the LZ4 frame format. */
    decompress(bytes: Uint8Array): Uint8Array;
    compress(bytes: Uint8Array): Uint8Array;
  };
  export default lz4;
}
