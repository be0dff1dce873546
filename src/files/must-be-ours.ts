import { lstatSync } from 'node:fs';

/**
 * Makes sure that a folder whose content is trusted belongs to us or to root: in a temporary folder that all users of a
 * machine share, another one may have been there first.
 *
 * @param setting that names the folder
 * @throws Error when it is another user's.
 */
export function mustBeOurs(folder: string, setting: string): void {
  const facts = lstatSync(folder, { throwIfNoEntry: false });
  const me = process.getuid?.();
  if (facts === undefined || me === undefined || facts.uid === me || facts.uid === 0) return;
  throw new Error(
    `Cannot use the folder ${folder}: it belongs to another user (uid ${facts.uid}), who could change what is in it. Let ${setting} name a folder of your own.`,
  );
}
