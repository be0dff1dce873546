import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * Writes a file that others see whole or not at all, replacing one that is there. When the content fails, or the signal
 * aborts, what was there stays.
 *
 * @param mode of the file, less what the process takes from every file
 * @param meanwhile folder of the unfinished file, by default the file's own; must be on the same file system
 */
export async function writeWhole(
  path: string,
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array | string>,
  {
    mode,
    meanwhile = dirname(path),
    signal,
  }: { mode?: number; meanwhile?: string; signal?: AbortSignal } = {},
): Promise<void> {
  const unfinished = join(meanwhile, `.${randomUUID()}.part`);
  await mkdir(meanwhile, { recursive: true });
  await mkdir(dirname(path), { recursive: true });
  const file = createWriteStream(unfinished, { flags: 'wx', mode });
  const closed = new Promise<void>((resolve) => file.once('close', () => resolve()));
  try {
    await pipeline(content, file, { ...(signal && { signal }) });
    await rename(unfinished, path);
  } catch (error) {
    // What fails at once may do so before there is a file, which would come then.
    await closed;
    await rm(unfinished, { force: true });
    throw error;
  }
}
