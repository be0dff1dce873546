import type { Settings } from '../config/settings.js';

/**
 * The binding of the task queue, or of its poison queue. `binary` brings the message's own bytes: a string would reach
 * the function through JSON.parse, and 1.0 would become 1.
 */
export function queueTrigger(settings: Settings, suffix: '' | '-poison') {
  return {
    queueName: `${settings.MODELOPS_QUEUE_NAME}${suffix}`,
    connection: settings.MODELOPS_QUEUE_CONNECTION,
    dataType: 'binary',
  } as const;
}
