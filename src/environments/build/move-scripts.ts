import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Who installs writes the path of the interpreter into every script; in the end it is another one. */
export async function moveScripts(from: string, to: string): Promise<void> {
  const folder = join(from, 'bin');
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(folder, entry.name);
    const content = await readFile(path);
    if (!content.includes(from)) continue;
    await writeFile(path, content.toString('latin1').replaceAll(from, to), 'latin1');
  }
}
