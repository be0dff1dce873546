const suffix = '-poison';
const longestQueueName = 63;

/** Where messages of a queue go that failed too often; a poison queue, or one with a long name, has none. */
export function poisonQueueName(queueName: string): string | undefined {
  if (queueName.endsWith(suffix)) return undefined;
  const name = queueName + suffix;
  return name.length > longestQueueName ? undefined : name;
}
