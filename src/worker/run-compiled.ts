import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';

/** With what a worker ends that has run tasks, and is replaced. */
const recycled = 200;

/**
 * Runs a bundle, and keeps what V8 has compiled of it in the folder `compiled` beside it, so that the next process compiles nothing anew:
 * at the end of a process that has run tasks, each function that tasks call; before that, what runs while the app is loaded. Node's own
 * cache (`module.enableCompileCache`) is for Node 22 alone, and has only the latter.
 *
 * It is code: whoever may write there may change the bundle itself. V8 compiles anew where another Node, or the same with other
 * flags, has made it. It does not look whether the source is the same, so the bundle's name has to change with what is in it.
 *
 * @param file ASCII, an expression: an asynchronous function of `require` and the file's URL
 */
export async function runCompiled(file: string): Promise<void> {
  const folder = join(dirname(file), 'compiled');
  const [ofTasks, ofLoading] = ['of-tasks', 'of-loading'].map((what) =>
    join(folder, `${basename(file)}.${what}`),
  ) as [string, string];
  const found = [ofTasks, ofLoading].find((kept) => existsSync(kept));
  const script = new Script(readFileSync(file, 'latin1'), {
    filename: file,
    ...(found !== undefined && { cachedData: readFileSync(found) }),
  });
  const used = script.cachedDataRejected === false ? found : undefined;
  process.once('exit', (code) => {
    const kept = code === recycled ? ofTasks : ofLoading;
    if (used !== ofTasks && used !== kept) keep(kept, script.createCachedData());
  });
  await script.runInThisContext()(createRequire(file), pathToFileURL(file).href);
}

/** Whole or not at all: another process may read it. Where the app's folder cannot be written to, each process compiles for itself. */
function keep(file: string, bytes: Buffer): void {
  const unfinished = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
    writeFileSync(unfinished, bytes, { mode: 0o644 });
    renameSync(unfinished, file);
  } catch {}
}
