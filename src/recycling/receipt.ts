/** What proves that a message is ours for now: the queue deletes or releases it only with this. */
export interface Receipt {
  messageId: string;
  /** Out of date once the host has renewed the lease, which it does every 5 minutes. */
  popReceipt: string;
  /** 1 at the first delivery. */
  dequeueCount: number;
}
