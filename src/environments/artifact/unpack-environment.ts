import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { packageRoot } from '../../package/package-root.js';
import { downloadVariables } from '../build/build-variables.js';

const script = join(packageRoot, 'src', 'environments', 'python', 'unpack_environment.py');

const Unpacked = z.object({
  about: z.object({ installer: z.string(), builtAt: z.string() }).nullable(),
  refused: z.string().nullable(),
});

const chunkBytes = 256 * 1024;

/**
 * Makes an environment of what was packed elsewhere, while it arrives.
 *
 * @param python absolute path of the interpreter that it is for
 * @param folder must not exist
 * @param final where the folder will be in the end
 * @returns what it says of itself
 * @throws Error when it is none, or is for another machine; what the bytes fail with.
 */
export async function unpackEnvironment(
  bytes: AsyncIterable<Uint8Array>,
  { python, folder, final }: { python: string; folder: string; final: string },
): Promise<{ installer: string; builtAt: string }> {
  const child = spawn(python, ['-I', script, folder, final], {
    env: downloadVariables(),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const failed = new Promise<never>((_, reject) => child.on('error', reject));
  const ended = Promise.race([Promise.all([text(child.stdout), text(child.stderr)]), failed]);
  let trouble: unknown;
  await pipeline(bytes, createGunzip({ chunkSize: chunkBytes }), child.stdin).catch((error: unknown) => {
    trouble = error;
    child.stdin.destroy();
  });
  const [said, complaint] = await ended;
  const told = Unpacked.safeParse(asJson(said.slice(said.trimEnd().lastIndexOf('\n') + 1)));
  // What it did not want to read any further, it has refused; else it is the bytes that are at fault.
  const { about = null, refused = null } = told.data ?? {};
  if (refused !== null && (trouble === undefined || isClosedPipe(trouble))) throw new Error(`it ${refused}`);
  if (trouble !== undefined && !isClosedPipe(trouble)) throw trouble;
  if (about === null)
    throw new Error(
      `it could not be unpacked (${complaint.trim().split('\n').at(-1) || 'Python ended early'})`,
    );
  return about;
}

function isClosedPipe(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    ['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(String(error.code))
  );
}

function asJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
