import { createHash } from 'node:crypto';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';

const workers = (scratchRoot: string): string => join(scratchRoot, 'w');
/** 78 bits: no task can guess another's, and a folder is made only where there is none. */
const attemptCharacters = 13;

/**
 * Where a worker has its folders: `<scratch>/w/<worker>/<attempt>/tmp`. As short as can be: `TMPDIR` holds the sockets of
 * Python's multiprocessing, and the path of a socket ends at 107 bytes (Linux) or 103 (macOS), their own names included.
 */
export const scratchPaths = {
  workers,
  /** Makes the folder of a new worker, under a name that no other one has. */
  makeWorker: (scratchRoot: string): Promise<string> => mkdtemp(workers(scratchRoot) + sep),
  /** Makes the folder as which each task finds its own, where that can be had. */
  async makePlace(scratchRoot: string): Promise<string> {
    const place = join(scratchRoot, 't');
    await mkdir(place, { recursive: true });
    return place;
  },
  /** Whether an entry of `workers` can be a worker's. */
  isWorker: (name: string): boolean => /^[A-Za-z0-9]{6}$/.test(name),
  /** @param name unique for each attempt, or process that is kept */
  attempt: (worker: string, name: string): string =>
    join(worker, createHash('sha256').update(name).digest('base64url').slice(0, attemptCharacters)),
  /** Folders in which processes have folders of their own, as they see them. */
  around: (attempt: string): string[] => [dirname(attempt), dirname(dirname(dirname(attempt)))],
  temporary: (attempt: string): string => join(attempt, 'tmp'),
};
