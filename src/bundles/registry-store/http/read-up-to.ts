import type { Bytes } from '../../bundle-store.js';

/** The first bytes of an answer. What is longer is left unread, and the request ended. */
export async function readUpTo(bytes: Bytes, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes);
}
