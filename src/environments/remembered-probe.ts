import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { writeWhole } from '../files/write-whole.js';
import { Probed, probePython } from './probe-python.js';
import { stampOf } from './stamp-of.js';

/** An answer, and what it was an answer of: by path, what is there. */
const Memory = z.strictObject({ answer: Probed, seen: z.record(z.string(), z.string()) });
type Memory = z.infer<typeof Memory>;

const writableByOthers = 0o022;

/**
 * What an interpreter says of itself, from a file when it has said it to an earlier worker and nothing that it looks at
 * has changed since. The file is believed when it is this user's, nobody else may write to it, and it holds an answer of this very
 * command: it can never lead to another interpreter.
 *
 * @param command as for {@link probePython}; the answer of a name on PATH, or of a script that chooses one, is not remembered
 * @param file need not exist
 */
export async function rememberedProbe(command: string, file: string): Promise<Probed> {
  const memory = await read(file).catch(() => undefined); // then it is asked, and the file is written anew
  if (memory?.answer.executable === command && isDeepStrictEqual(await seenBy(memory.answer), memory.seen))
    return memory.answer;

  const answer = await probePython(command);
  if (answer.executable === command) {
    const content: Memory = { answer, seen: await seenBy(answer) };
    // The next worker asks again where it cannot be written; there is more that needs this folder, and says so.
    await writeWhole(file, [JSON.stringify(content)], { mode: 0o600 }).catch(() => undefined);
  }
  return answer;
}

/** @throws when there is none that can be believed. */
async function read(file: string): Promise<Memory> {
  const opened = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { uid, mode } = await opened.stat();
    if (uid !== process.getuid?.() || (mode & writableByOthers) !== 0)
      throw new Error('Anybody may have written it.');
    return Memory.parse(JSON.parse(await opened.readFile('utf8')));
  } finally {
    await opened.close();
  }
}

/** What decides over an answer: the interpreter, whether it is a virtual environment's, and the folders of its modules. */
async function seenBy({ executable, path }: Probed): Promise<Record<string, string>> {
  const paths = [executable, join(dirname(dirname(executable)), 'pyvenv.cfg'), ...path];
  return Object.fromEntries(
    await Promise.all(paths.map(async (each) => [each, await stampOf(each)] as const)),
  );
}
