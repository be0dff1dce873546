import { lstat, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileTrouble } from './file-trouble.js';

/**
 * Tries whether a folder can be made, unless it is there, and written in. Nothing is left behind: whoever will write there is told
 * before the work, not after it.
 *
 * @throws Error that names the folder, the one on its way that refuses, and the cause
 */
export async function checkWritable(folder: string): Promise<void> {
  const whole = resolve(folder);
  let existing = whole;
  try {
    existing = await nearestFolder(whole);
    const probe = await mkdtemp(join(existing, '.mops-cold-probe-'));
    try {
      await writeFile(join(probe, 'file'), '1');
    } finally {
      await rm(probe, { recursive: true, force: true });
    }
  } catch (cause) {
    const trouble = fileTrouble(cause);
    const at = existing === whole ? 'it' : existing;
    const [is, remedy] =
      trouble === undefined
        ? [cause instanceof Error ? cause.message : String(cause), 'Name another place']
        : trouble.code === 'ENOENT'
          ? [`${at} takes no new files (${trouble.code})`, 'Name another place']
          : trouble.code === 'EROFS'
            ? [`the disk of ${at} is read-only (${trouble.code})`, trouble.remedy]
            : [
                `${existing === whole ? '' : `in ${existing}, `}${trouble.is} (${trouble.code})`,
                trouble.remedy,
              ];
    throw new Error(`Cannot write to the folder ${folder}: ${is}. ${remedy}.`, { cause });
  }
}

async function nearestFolder(path: string): Promise<string> {
  try {
    if ((await stat(path)).isDirectory()) return path;
    throw new Error(`${path} is a file`);
  } catch (error) {
    if (fileTrouble(error)?.code !== 'ENOENT') throw error;
    const isLink = await lstat(path).then(
      () => true,
      () => false,
    );
    if (isLink) throw new Error(`${path} is a symbolic link that leads nowhere`, { cause: error });
    return nearestFolder(dirname(path));
  }
}
