import type { Settings } from '../config/settings.js';

/**
 * The binding of the task queue, of the queue of requests to send the messages of jobs, or of their poison queues. `binary` brings the message's own bytes: a string would reach
 * the function through JSON.parse, and 1.0 would become 1.
 */
export function queueTrigger(settings: Settings, suffix: '' | '-poison' | '-jobs' | '-jobs-poison') {
  return {
    queueName: `${settings.MODELOPS_QUEUE_NAME}${suffix}`,
    connection: settings.MODELOPS_QUEUE_CONNECTION,
    dataType: 'binary',
  } as const;
}
