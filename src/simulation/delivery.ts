/** One delivery of one queue message, as the trigger hands it over. */
export interface Delivery {
  messageId: string;
  body: Uint8Array;
  /** 1 at the first delivery. */
  dequeueCount: number;
  /** When the message was put into the queue. */
  insertedAt: Date | undefined;
  /** W3C traceparent of the host's own trace of the invocation. */
  hostTraceparent?: string | undefined;
}
