import type { Receipt } from '../recycling/receipt.js';
import type { Delivery } from '../simulation/delivery.js';

/**
 * The delivery that a queue trigger hands over.
 *
 * @throws when the host does not give what the binding asks for: nothing could be trusted then.
 */
export function deliveryOf(body: unknown, metadata: Record<string, unknown> | undefined): Delivery & Receipt {
  const { id, popReceipt, dequeueCount, insertionTime } = metadata ?? {};
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
  };
}
