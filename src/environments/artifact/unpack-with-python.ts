import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { jsonIn } from '../../contracts/json/json-in.js';
import { downloadVariables } from '../build/build-variables.js';
import type { StoredTar } from './environment-store.js';

const Begins = z.object({ expands: z.boolean() });

/**
 * Lets a script unpack a tar while it arrives: as it is compressed, if that Python expands it, which its first line says. Its last line is JSON, too.
 *
 * @param python absolute path of the interpreter
 * @returns what it tells
 * @throws Error when it refuses the archive or does not tell anything; what the bytes fail with.
 */
export async function unpackWithPython<Told extends { refused: string | null }>(
  { compressed, expanded }: StoredTar,
  python: string,
  argv: string[],
  schema: z.ZodType<Told>,
): Promise<Told> {
  const child = spawn(python, ['-I', ...argv], {
    env: downloadVariables(),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const failed = new Promise<never>((_, reject) => child.on('error', reject));
  const said: string[] = [];
  const lines = createInterface({ input: child.stdout }).on('line', (line) => said.push(line));
  const ended = Promise.race([Promise.all([text(child.stderr), once(lines, 'close')]), failed]);
  await Promise.race([once(lines, 'line'), ended]);
  let trouble: unknown;
  const expands = Begins.safeParse(jsonIn(said[0] ?? '')).data?.expands ?? false;
  await pipeline(expands ? compressed : expanded, child.stdin).catch((error: unknown) => {
    trouble = error;
    child.stdin.destroy();
  });
  const [complaint] = await ended;
  const told = schema.safeParse(jsonIn(said.at(-1) ?? ''));
  // What it did not want to read any further, it has refused; else it is the bytes that are at fault.
  const refused = told.data?.refused ?? null;
  if (refused !== null && (trouble === undefined || isClosedPipe(trouble))) throw new Error(`it ${refused}`);
  if (trouble !== undefined && !isClosedPipe(trouble)) throw trouble;
  if (told.data === undefined || refused !== null)
    throw new Error(
      `it could not be unpacked (${complaint.trim().split('\n').at(-1) || 'Python ended early'})`,
    );
  return told.data;
}

function isClosedPipe(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    ['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(String(error.code))
  );
}
