import type { DequeuedMessageItem } from '@azure/storage-queue';
import { isLosslessNumber, parse, stringify } from 'lossless-json';
import type { TypedData } from '../rpc.js';

/**
 * What the host tells about a queue message, plus, when the body is a text that holds a JSON object, its top-level
 * fields but arrays and nulls. These come last and overwrite: names are compared without case.
 *
 * @param text the body; undefined when it is not UTF-8
 * @param binary true when the function takes bytes: their fields are not looked at
 */
export function triggerMetadata(
  message: DequeuedMessageItem,
  text: string | undefined,
  binary: boolean,
): Record<string, TypedData> {
  const metadata: Record<string, TypedData> = {
    ...(text === undefined ? {} : { QueueTrigger: { string: text } }),
    DequeueCount: { json: String(message.dequeueCount) },
    ExpirationTime: { json: time(message.expiresOn) },
    Id: { string: message.messageId },
    InsertionTime: { json: time(message.insertedOn) },
    NextVisibleTime: { json: time(message.nextVisibleOn) },
    PopReceipt: { string: message.popReceipt },
  };
  if (!binary && text !== undefined) {
    const names = new Map(Object.keys(metadata).map((name) => [name.toLowerCase(), name]));
    for (const [field, value] of fieldsOf(text)) {
      const name = names.get(field.toLowerCase()) ?? field;
      names.set(field.toLowerCase(), name);
      metadata[name] = value;
    }
  }
  return metadata;
}

function fieldsOf(text: string): [string, TypedData][] {
  const parsed = tryParse(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return [];
  return Object.entries(parsed).flatMap(([name, value]): [string, TypedData][] => {
    const data = asBindingData(value);
    return data === undefined ? [] : [[name, data]];
  });
}

// .NET turns every plain value into a string; `@azure/functions` parses that string as JSON when it can.
function asBindingData(value: unknown): TypedData | undefined {
  if (value === null || value === undefined || Array.isArray(value)) return undefined;
  if (isLosslessNumber(value)) return { string: value.value };
  if (typeof value === 'object') return { json: stringify(value) ?? '{}' };
  if (typeof value === 'boolean') return { string: value ? 'True' : 'False' };
  return { string: String(value) };
}

function tryParse(text: string): unknown {
  if (!text.trim().startsWith('{')) return undefined;
  try {
    return parse(text);
  } catch {
    return undefined; // a message need not be JSON
  }
}

function time(date: Date): string {
  return JSON.stringify(date.toISOString().replace(/(?:\.000)?Z$/, '+00:00'));
}
