import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/**
 * The file that runs when a command is given: what its path names, or the first of its name that can be executed.
 *
 * @param path as PATH has it
 */
export async function fileOfCommand(command: string, path = ''): Promise<string | undefined> {
  const folders = path.split(delimiter).filter(Boolean);
  const files = command.includes('/') ? [command] : folders.map((folder) => join(folder, command));
  for (const file of files) if (await canRun(file)) return file;
  return undefined;
}

async function canRun(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
