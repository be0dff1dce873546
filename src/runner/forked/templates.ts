import { ForkRefused } from '../../simulation/fork-refused.js';
import { createBackground } from '../background.js';
import type { Template } from './start-template.js';

export interface TemplateLimits {
  /** Most templates kept at once; the one used longest ago makes room, unless it is in use. */
  most: number;
  /** After this time unused, in milliseconds, a template is ended. */
  unusedMs: number;
}

export interface Templates {
  /**
   * Runs `work` with the template of such tasks, which is started when there is none, and kept meanwhile: what was forked
   * from it ends with it.
   *
   * @throws ForkRefused as often as it is asked for a kind that must not be forked
   */
  use<T>(key: string, start: () => Promise<Template>, work: (template: Template) => Promise<T>): Promise<T>;
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
  const ending = createBackground('Cannot end a template');

  return {
    async use(key, start, work) {
      const entry: Kept = kept.get(key) ?? { template: start(), uses: 0 };
      kept.delete(key);
      kept.set(key, entry);
      entry.uses += 1;
      clearTimeout(entry.expires);
      makeRoom();
      try {
        return await work(await entry.template);
      } catch (error) {
        // A refusal is remembered. Anything else may be different with a new template.
        if (!(error instanceof ForkRefused) && kept.get(key) === entry) retire(key, entry);
        throw error;
      } finally {
        entry.uses -= 1;
        if (entry.uses === 0) entry.expires = setTimeout(() => retire(key, entry), limits.unusedMs).unref();
      }
    },

    async close() {
      for (const [key, entry] of kept) retire(key, entry);
      await ending.settled();
    },
  };

  function makeRoom(): void {
    for (const [key, entry] of kept) {
      if (kept.size <= limits.most) return;
      if (entry.uses === 0) retire(key, entry);
    }
  }

  function retire(key: string, entry: Kept): void {
    if (kept.get(key) === entry) kept.delete(key);
    clearTimeout(entry.expires);
    ending.begin(async () => {
      const template = await entry.template.catch(() => undefined); // told to whoever asked for it
      await template?.dispose();
    });
  }
}
