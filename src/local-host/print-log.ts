import type { Logger } from './logger.js';

/** The default logger: one compact line on stderr, time first; debug lines are left out. */
export const printLog: Logger = (level, text) => {
  if (level === 'debug') return;
  const time = new Date().toISOString().slice(11, 23);
  process.stderr.write(`${time} ${level.padEnd(5)} ${text}\n`);
};
