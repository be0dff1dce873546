import type { WriteStream } from 'node:tty';
import { progressLine } from './progress-line.js';

export interface Progress {
  update(state: { done: number; total: number | undefined; failed?: number; note?: string }): void;
  /** Says something once, on a line of its own. */
  say(text: string): void;
  /** Leaves the last state on the screen and the cursor on a new line. */
  end(): void;
}

/** The rate is taken over this time, so that it follows what happens now. */
const windowMs = 15_000;
/** Plain lines come no closer together than this. */
const plainEveryMs = 3_000;
const redrawEveryMs = 80;

/**
 * Progress for people. On a terminal a bar that is redrawn in place; elsewhere a plain line when something changed, every
 * few seconds at most.
 *
 * @param label begins every line.
 */
export function createProgress(
  stream: NodeJS.WritableStream,
  label: string,
  now = () => performance.now(),
): Progress {
  const terminal = 'isTTY' in stream && stream.isTTY ? (stream as WriteStream) : undefined;
  const samples: { at: number; done: number }[] = [];
  let written = '';
  let latest = '';
  let writtenAt = -Infinity;

  const write = (at: number) => {
    if (latest === written) return;
    stream.write(terminal ? `\r\u001b[2K${latest.slice(0, terminal.columns - 1)}` : `${latest}\n`);
    written = latest;
    writtenAt = at;
  };

  return {
    update({ done, total, failed = 0, note }) {
      const at = now();
      samples.push({ at, done });
      while (samples.length > 2 && at - (samples[0]?.at ?? at) > windowMs) samples.shift();
      const [first] = samples;
      const perSecond = first && at > first.at ? ((done - first.done) / (at - first.at)) * 1000 : 0;
      const barWidth = terminal ? Math.max(10, Math.min(40, terminal.columns - 60)) : 0;
      // Without a terminal a line is written only when the count moved, so the rate must not make it differ.
      const text = progressLine({ done, total, failed, perSecond }, barWidth);
      const moved =
        samples.length < 2 || samples[samples.length - 2]?.done !== done || terminal !== undefined;
      if (moved || note) latest = `${label} ${text}${note ? ` · ${note}` : ''}`;
      if (at - writtenAt >= (terminal ? redrawEveryMs : plainEveryMs)) write(at);
    },
    say(text) {
      stream.write(`${terminal ? '\r\u001b[2K' : ''}${text}\n`);
      if (terminal) written = ''; // it is drawn again below
    },
    end() {
      write(now());
      if (terminal && written !== '') stream.write('\n');
    },
  };
}
