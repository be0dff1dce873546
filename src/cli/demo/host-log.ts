import type { Logger } from '../../local-host/logger.js';
import { printLog } from '../../local-host/print-log.js';

/** What is shown of the host's lines: errors alone, what the app says too, or everything. */
export function hostLog(shown: 'errors' | 'app' | 'everything', stderr: NodeJS.WritableStream): Logger {
  return (level, text, event) => {
    const ofApp = event?.type === 'app-log' || level === 'warn';
    if (level !== 'error' && shown !== 'everything' && !(shown === 'app' && ofApp)) return;
    if ('isTTY' in stderr && stderr.isTTY) stderr.write('\r\u001b[2K'); // a progress bar may be there
    printLog(level, text, event);
  };
}
