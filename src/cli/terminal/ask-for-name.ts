import { createInterface } from 'node:readline/promises';

/** Lets a person type a name, to be sure. @returns whether it is the right one */
export async function askForName(
  question: string,
  name: string,
  { input, output }: { input: NodeJS.ReadableStream; output: NodeJS.WritableStream },
  signal: AbortSignal,
): Promise<boolean> {
  const lines = createInterface({ input, output, terminal: false });
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  try {
    return (await Promise.race([lines.question(question, { signal }), closed])).trim() === name;
  } finally {
    lines.close();
  }
}
