import type { Receipt } from '../recycling/receipt.js';
import type { Delivery } from '../simulation/delivery.js';

/** What the Functions library tells of an invocation, as far as it is used here. */
interface Invocation {
  triggerMetadata?: Record<string, unknown> | undefined;
  traceContext?: { traceParent?: string | undefined } | undefined;
}

/**
 * The delivery that a queue trigger hands over.
 *
 * @throws when the host does not give what the binding asks for: nothing could be trusted then.
 */
export function deliveryOf(body: unknown, invocation: Invocation): Delivery & Receipt {
  const { id, popReceipt, dequeueCount, insertionTime } = invocation.triggerMetadata ?? {};
  if (!(body instanceof Uint8Array)) {
    throw new Error(
      `Cannot read the message: the host handed over a ${typeof body}, the binding asks for its bytes.`,
    );
  }
  if (typeof id !== 'string' || typeof popReceipt !== 'string' || !Number.isInteger(Number(dequeueCount))) {
    throw new Error(
      'Cannot read the message: the host handed it over without id, popReceipt and dequeueCount.',
    );
  }
  const insertedAt = new Date(String(insertionTime));
  return {
    messageId: id,
    popReceipt,
    dequeueCount: Number(dequeueCount),
    body,
    insertedAt: Number.isNaN(insertedAt.getTime()) ? undefined : insertedAt,
    hostTraceparent: invocation.traceContext?.traceParent,
  };
}
