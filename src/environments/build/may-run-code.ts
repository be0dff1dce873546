import { wheels } from './wheels.js';
import type { Work } from './work.js';

/**
 * Whether pip may run code of what these requirements name, though it is told to take wheels alone: it builds all the same what is
 * at an address or a path, and what wheels of the bundle refer to so.
 *
 * @param requirements the text of a requirements.txt
 */
export function mayRunCode(work: Work, requirements: string): boolean {
  return (
    wheels(work).length > 0 ||
    requirements.split('\n').some((line) => {
      const text = line.trim();
      if (/^(-f|--find-links)/.test(text)) return true;
      return (
        !text.startsWith('-') &&
        (text.includes('@') || /^(\.{0,2}\/|file:)|:\/\/|\.(zip|tar\.\w+|tgz|whl)\b/.test(text))
      );
    })
  );
}
