import { sep } from 'node:path';

/** As Python's faulthandler begins what it writes at a crash, and of one thread when it is asked. */
const begins = { crash: 'Fatal Python error: ', limit: 'Stack (most recent call first)' };
const thread = /^(Current thread|Thread) 0x/;
const frame = /^ {2}File "(.*)", line (\d+) in (.*)$/;

/**
 * The deepest line of a bundle in the last stack of a text: of the thread that crashed, or, where that was none of Python's, of the
 * main one. A hint for people, since a simulation can print what looks like a stack.
 *
 * @param around folders in which each process has a folder of its own, with the bundle as `bundle` in it
 * @returns as in `models/sir.py, line 12 (simulate)`; undefined when there is none
 */
export function placeInBundle(text: string, at: keyof typeof begins, around: string[]): string | undefined {
  const lines = text.split('\n');
  const start = lines.findLastIndex((line) => line.startsWith(begins[at]));
  if (start < 0) return undefined;
  const stack = lines.slice(start);
  const current = stack.findIndex((line) => line.startsWith('Current thread 0x'));
  // The main thread is the oldest, which comes last.
  const of = current < 0 ? stack.findLastIndex((line) => thread.test(line)) : current;
  for (const line of stack.slice(of + 1)) {
    if (thread.test(line)) return undefined;
    const [, path = '', number, name] = frame.exec(line) ?? [];
    // What a template has imported is in the template's folder.
    for (const folder of around.filter((each) => path.startsWith(each + sep))) {
      const [, , bundle, ...below] = path.slice(folder.length).split(sep);
      if (bundle === 'bundle') return `${below.join('/')}, line ${number} (${name})`;
    }
  }
  return undefined;
}
