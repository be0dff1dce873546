import { ForkRefused } from '../../simulation/fork-refused.js';
import { createBackground } from '../background.js';
import { ForkFailed } from '../process/fork-failed.js';
import { unlessAborted } from '../unless-aborted.js';
import type { Template } from './start-template.js';

export interface TemplateLimits {
  /** Most templates kept at once; the one used longest ago makes room, unless it is in use. */
  most: number;
  /** After this time unused, in milliseconds, a template is ended. As long is remembered that a kind of task is not to be forked. */
  unusedMs: number;
}

export interface Templates {
  /**
   * Runs `work` with the template of such tasks, which is started when there is none, and kept meanwhile: what was forked
   * from it ends with it. One that failed is given to nobody else, and ended when nobody uses it any more.
   *
   * @param signal aborted: it is not waited for any longer
   * @throws ForkRefused when such tasks must not be forked
   * @throws ForkFailed when there is no template now
   */
  use<T>(
    key: string,
    start: () => Promise<Template>,
    work: (template: Template) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T>;
  /** Remembers that such tasks are not to be forked. */
  refuse(key: string, refusal: ForkRefused): void;
  /** Ends all of them. */
  close(): Promise<void>;
}

interface Kept {
  template: Promise<Template>;
  uses: number;
  /** While nobody uses it. */
  expires?: NodeJS.Timeout;
}

export function createTemplates(limits: TemplateLimits): Templates {
  /** In the order of their last use. */
  const kept = new Map<string, Kept>();
  const refusals = new Map<string, ForkRefused>();
  const ending = createBackground('Cannot end a template');

  return {
    async use(key, start, work, signal) {
      const refusal = refusals.get(key);
      if (refusal) throw refusal;
      signal.throwIfAborted();
      const entry: Kept = kept.get(key) ?? { template: start(), uses: 0 };
      kept.delete(key);
      kept.set(key, entry);
      entry.uses += 1;
      clearTimeout(entry.expires);
      makeRoom();
      try {
        return await work(await unlessAborted(started(entry), signal));
      } catch (error) {
        if (error instanceof ForkRefused) refuse(key, error);
        if ((error instanceof ForkRefused || error instanceof ForkFailed) && kept.get(key) === entry) {
          kept.delete(key);
        }
        throw error;
      } finally {
        entry.uses -= 1;
        if (entry.uses === 0) {
          if (kept.get(key) === entry) {
            entry.expires = setTimeout(() => retire(key, entry), limits.unusedMs).unref();
            makeRoom();
          } else end(entry);
        }
      }
    },

    refuse,

    async close() {
      for (const [key, entry] of kept) retire(key, entry);
      await ending.settled();
    },
  };

  function refuse(key: string, refusal: ForkRefused): void {
    refusals.set(key, refusal);
    setTimeout(() => refusals.delete(key), limits.unusedMs).unref();
  }

  function makeRoom(): void {
    for (const [key, entry] of kept) {
      if (kept.size <= limits.most) return;
      if (entry.uses === 0) retire(key, entry);
    }
  }

  function retire(key: string, entry: Kept): void {
    kept.delete(key);
    clearTimeout(entry.expires);
    end(entry);
  }

  function end(entry: Kept): void {
    ending.begin(async () => {
      const template = await entry.template.catch(() => undefined); // told to whoever asked for it
      await template?.dispose();
    });
  }
}

/** Whatever keeps a template from coming to be may be different with the next one, unless it is refused. */
async function started({ template }: Kept): Promise<Template> {
  try {
    return await template;
  } catch (error) {
    throw error instanceof ForkRefused ? error : ForkFailed.because(error);
  }
}
