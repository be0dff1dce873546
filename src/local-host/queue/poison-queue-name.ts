const SUFFIX = '-poison';
const LONGEST_QUEUE_NAME = 63;

/** Where messages of a queue go that failed too often; a poison queue, or one with a long name, has none. */
export function poisonQueueName(queueName: string): string | undefined {
  if (queueName.endsWith(SUFFIX)) return undefined;
  const name = queueName + SUFFIX;
  return name.length > LONGEST_QUEUE_NAME ? undefined : name;
}
