import { parseMessage } from '../contracts/message/parse-message.js';
import type { TaskMessage } from '../contracts/message/task-message.js';
import { BodyUnavailable } from './body-unavailable.js';

export type ReadMessage = { ok: true; message: TaskMessage } | { ok: false; field: string; reason: string };

/** The task in a message's body, which may stand in a blob that the body names. */
export async function readMessage(
  body: Uint8Array,
  readBody: (name: string) => Promise<Uint8Array>,
): Promise<ReadMessage> {
  const parsed = parseMessage(body);
  if (!parsed.ok) return parsed;
  if (!parsed.reference) return { ok: true, message: parsed.message };

  try {
    const referenced = parseMessage(await readBody(parsed.reference.body_ref));
    if (!referenced.ok) return referenced;
    if (referenced.reference)
      return refusal('body_ref names a body that is itself a reference: put the task into it.');
    return { ok: true, message: referenced.message };
  } catch (error) {
    if (error instanceof BodyUnavailable) return refusal(error.message);
    throw error;
  }
}

function refusal(reason: string): ReadMessage {
  return { ok: false, field: 'body_ref', reason };
}
