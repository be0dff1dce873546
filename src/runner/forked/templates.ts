import { ForkRefused } from '../../simulation/fork-refused.js';
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
  expires: NodeJS.Timeout;
}

export function createTemplates(limits: TemplateLimits): Templates {
  /** In the order of their last use. */
  const kept = new Map<string, Kept>();
  const ending = new Set<Promise<void>>();

  return {
    async use(key, start, work) {
      const entry = kept.get(key) ?? { template: start(), uses: 0, expires: setTimeout(() => {}, 0) };
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
        if (entry.uses === 0) {
          clearTimeout(entry.expires);
          entry.expires = setTimeout(() => retire(key, entry), limits.unusedMs).unref();
        }
      }
    },

    async close() {
      for (const [key, entry] of kept) retire(key, entry);
      await Promise.all(ending);
    },
  };

  function makeRoom(): void {
    for (const [key, entry] of kept) {
      if (kept.size <= limits.most) return;
      if (entry.uses === 0) retire(key, entry);
    }
  }

  /** Nobody waits for it, but `close`. */
  function retire(key: string, entry: Kept): void {
    if (kept.get(key) === entry) kept.delete(key);
    clearTimeout(entry.expires);
    const end = entry.template
      .then(
        (template) => template.dispose(),
        () => undefined, // told to whoever asked for it
      )
      .catch((error: unknown) => console.error('Cannot end a template:', error))
      .finally(() => ending.delete(end));
    ending.add(end);
  }
}
