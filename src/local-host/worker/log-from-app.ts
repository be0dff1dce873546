import type { Logger, LogLevel } from '../logger.js';
import type { WorkerMessage } from '../messages.js';

/** Passes one line that the app wrote with `context.log` on. */
export function logFromApp(line: Extract<WorkerMessage, { kind: 'log' }>, logger: Logger): void {
  if (line.level === 'none') return;
  const { functionName, invocationId } = line;
  logger(levelOf(line.level), functionName === undefined ? line.text : `[${functionName}] ${line.text}`, {
    type: 'app-log',
    ...(functionName === undefined ? {} : { functionName }),
    ...(invocationId === undefined ? {} : { invocationId }),
  });
}

function levelOf(level: string): LogLevel {
  if (level === 'trace' || level === 'debug') return 'debug';
  if (level === 'warning') return 'warn';
  if (level === 'error' || level === 'critical') return 'error';
  return 'info';
}
