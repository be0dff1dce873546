import { parseMessage } from '../contracts/parse-message.js';
import type { TaskMessage } from '../contracts/task-message.js';
import { BodyUnavailable } from './body-unavailable.js';

export type ReadMessage = { ok: true; message: TaskMessage } | { ok: false; field: string; reason: string };

/** The task in a message's body, which may stand in a blob that the body names. */
export async function readMessage(
  body: Uint8Array,
  readBody: (name: string) => Promise<string>,
): Promise<ReadMessage> {
  const parsed = parseMessage(body);
  if (!parsed.ok) return parsed;
  if (!parsed.reference) return { ok: true, message: parsed.message };

  const { body_ref: name, attempt = 0 } = parsed.reference;
  try {
    const referenced = parseMessage(Buffer.from(await readBody(name), 'utf8'));
    if (!referenced.ok) return referenced;
    if (referenced.reference)
      return refusal('body_ref names a body that is itself a reference: put the task into it.');
    const { message } = referenced;
    return { ok: true, message: { ...message, attempt: (message.attempt ?? 0) + attempt } };
  } catch (error) {
    if (error instanceof BodyUnavailable) return refusal(error.message);
    throw error;
  }
}

function refusal(reason: string): ReadMessage {
  return { ok: false, field: 'body_ref', reason };
}
