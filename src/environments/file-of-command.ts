import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The file that runs when a command is given: what its path names, or the first of its name on PATH that can be executed. */
export async function fileOfCommand(command: string, path = process.env.PATH): Promise<string | undefined> {
  const files = command.includes('/')
    ? [command]
    : (path ?? '')
        .split(delimiter)
        .filter(Boolean)
        .map((folder) => join(folder, command));
  for (const file of files) {
    const usable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return file;
  }
  return undefined;
}
