/** All that a stream of a small blob brings. That of `node:stream/consumers` goes by way of a Blob, which takes four times the processor time. */
export async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
