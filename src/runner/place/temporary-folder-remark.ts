import { scratchPaths } from './scratch-paths.js';

/** Bytes of TMPDIR that leave 43 for what Python's multiprocessing and others put between it and a socket, also on macOS. */
const mostBytes = 60;

/** What is to be said of a scratch folder below which a task's TMPDIR is too long for sockets; undefined when it is not. */
export function temporaryFolderRemark(scratchRoot: string): string | undefined {
  const { workers, attempt, temporary } = scratchPaths;
  const bytes = Buffer.byteLength(temporary(attempt(`${workers(scratchRoot)}/worker`, '')));
  if (bytes <= mostBytes) return undefined;
  const most = mostBytes - (bytes - Buffer.byteLength(scratchRoot));
  return `TMPDIR of a task has ${bytes} bytes below ${scratchRoot}, and the sockets in it (multiprocessing.Manager, forkserver) need it to have at most ${mostBytes}: set MODELOPS_SCRATCH_DIR to a folder whose path has at most ${most} bytes`;
}
