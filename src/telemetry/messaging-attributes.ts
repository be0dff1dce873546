import type { Attributes } from '@opentelemetry/api';

/** What OpenTelemetry wants to know of a span that is about a queue. */
export function messagingAttributes(operation: 'send' | 'process', queueName: string): Attributes {
  return {
    'messaging.system.name': 'azqueue',
    // Its former name, which the conventions have given up and backends may still look for.
    'messaging.system': 'azqueue',
    'messaging.operation.name': operation,
    'messaging.operation.type': operation,
    'messaging.destination.name': queueName,
  };
}
