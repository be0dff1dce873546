import type { DequeuedMessageItem } from '@azure/storage-queue';
import { executeFunction } from '../execute-function.js';
import { newInvocationRequest } from '../new-invocation-request.js';
import { completeMessage, type MessageOutcome } from './complete-message.js';
import { decodeBody } from './decode-body.js';
import { holdLease } from './lease.js';
import type { QueueContext } from './queue-context.js';
import { triggerMetadata } from './trigger-metadata.js';

/** One delivery of a message: run its function while the lease is renewed, then delete, release or poison it. */
export async function processMessage(context: QueueContext, message: DequeuedMessageItem): Promise<void> {
  const { poisonQueue, settings } = context;
  if (poisonQueue && message.dequeueCount > settings.maxDequeueCount) {
    await completeMessage(context, message, message.popReceipt, 'delivered-too-often');
    return;
  }
  const lease = holdLease(context.queue, message, context.timing.leaseMs, context.logger);
  const outcome = await run(context, message);
  const popReceipt = await lease.end();
  await completeMessage(context, message, popReceipt, outcome);
}

async function run(context: QueueContext, message: DequeuedMessageItem): Promise<MessageOutcome> {
  const { trigger, settings, logger } = context;
  const body = decodeBody(message.messageText, settings.messageEncoding);
  const text = body && textOf(body);
  const input = trigger.binary ? body && { bytes: body } : text !== undefined && { string: text };
  if (!input) {
    logger(
      'error',
      `Cannot decode message ${message.messageId} of queue ${trigger.queueName}: it never reaches the app.`,
    );
    return 'failed';
  }
  const result = await executeFunction(context, {
    functionName: trigger.functionName,
    reason: `New queue message detected on '${trigger.queueName}'.`,
    message: { messageId: message.messageId, dequeueCount: message.dequeueCount },
    request: newInvocationRequest(
      trigger.functionId,
      { name: trigger.bindingName, data: input },
      triggerMetadata(message, text, trigger.binary),
    ),
  });
  return result.succeeded ? 'succeeded' : 'failed';
}

function textOf(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined; // bytes that are no text are fine for a function that takes bytes
  }
}
