import { mkdir } from 'node:fs/promises';

/** Creates the folder of one attempt. @throws when it exists: an attempt's name is used once */
export async function createAttemptFolder(path: string): Promise<void> {
  if ((await mkdir(path, { recursive: true })) === undefined) {
    throw new Error(
      `Cannot start the attempt: its folder ${path} exists already. Give each attempt its own name.`,
    );
  }
}
