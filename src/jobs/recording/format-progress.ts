import type { RunProgress } from '../../contracts/job/run-progress.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';

/** All metadata of a blob may have 8 KiB. */
const mostBytes = 6_000;

/** A summary as a value of a blob's metadata, which has to be ASCII. Where it would be too long it tells less of what runs, and of reasons. */
export function formatProgress(progress: RunProgress): string {
  const bare = progress.running.map(({ params: _, ...task }) => task);
  let fitting = progress;
  for (;;) {
    const text = Buffer.from(stringifyJson(fitting)).toString('base64');
    if (text.length <= mostBytes) return text;
    if (fitting.running.some(({ params }) => params)) fitting = { ...fitting, running: bare };
    else if (fitting.running.length > 1) fitting = { ...fitting, running: fitting.running.slice(0, -1) };
    else fitting = { ...fitting, reasons: fitting.reasons.slice(0, -1) };
  }
}
