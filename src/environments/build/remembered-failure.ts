import { readFile, rm } from 'node:fs/promises';
import { z } from 'zod';
import { hasCode } from '../../files/has-code.js';
import { writeWhole } from '../../files/write-whole.js';

const Failure = z.object({
  /** A sentence, and what the installer said. */
  reason: z.string(),
  /** Whether it may pass by itself. */
  mayPass: z.boolean(),
  /** How many builds have failed one after the other. */
  times: z.number().int().min(1),
  /** Milliseconds since 1970. */
  at: z.number(),
  /** With what it was built, and from where: with another one it is tried at once. */
  by: z.string(),
});
export type Failure = z.infer<typeof Failure>;

/** A message is delivered five times, 30 s apart: its tries must not all meet the memory of the first. */
const firstPauseMs = 15_000;
const longestPauseMs = 10 * 60_000;

/** The failure of the last build, when there was one. */
export async function readFailure(path: string): Promise<Failure | undefined> {
  try {
    return Failure.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
  } catch (error) {
    if (error instanceof SyntaxError || hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Whether a build that failed so is not tried now. */
export function stillCounts({ mayPass, times, at, by }: Failure, byNow: string, now: number): boolean {
  if (by !== byNow) return false;
  if (!mayPass) return true;
  const pauseMs = Math.min(firstPauseMs * 2 ** (times - 1), longestPauseMs);
  return now - at < pauseMs && now >= at;
}

export async function writeFailure(path: string, failure: Failure): Promise<void> {
  await writeWhole(path, [JSON.stringify(failure)]);
}

export async function forgetFailure(path: string): Promise<void> {
  await rm(path, { force: true });
}
