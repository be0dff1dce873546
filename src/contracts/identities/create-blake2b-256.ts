import { createBLAKE2b, type IHasher } from 'hash-wasm';

export interface StreamingHash {
  update(chunk: Uint8Array): void;
  /** Hex. Ends the hash. */
  digest(): string;
}

/** Each is an instance of WebAssembly with memory of its own: made for every hash, they keep the garbage collector at work. */
const unused: IHasher[] = [];

/** A BLAKE2b-256 of its own for data that comes in pieces, such as a file under verification. */
export async function createBlake2b256(): Promise<StreamingHash> {
  const hasher = unused.pop() ?? (await createBLAKE2b(256));
  hasher.init();
  return {
    update: (chunk) => {
      hasher.update(chunk);
    },
    digest: () => {
      const hex = hasher.digest();
      unused.push(hasher);
      return hex;
    },
  };
}
