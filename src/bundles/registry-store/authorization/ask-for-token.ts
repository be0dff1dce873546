import { z } from 'zod';
import type { Answer, HttpRequest } from '../http/exchange.js';
import { readUpTo } from '../http/read-up-to.js';
import { temporaryAnswer } from '../http/temporary-answer.js';
import { jsonOrUndefined } from '../json-or-undefined.js';

export type Ask = (url: URL, request: HttpRequest) => Promise<Answer>;

/** A token, or why there is none, as the end of a sentence. */
export type AskedToken<T> = { token: T; refused?: never } | { token?: never; refused: string };

/** What may stand in a header. Anything else would make fetch complain, with the token in its message. */
export const Token = z.string().regex(/^[\x21-\x7e]+$/);

const longestAnswer = 1024 * 1024;

/**
 * Asks a token service.
 *
 * @param schema of its JSON answer
 * @throws TemporaryRegistryError when it does not answer now
 */
export async function askForToken<T>(
  ask: Ask,
  url: URL,
  request: HttpRequest,
  schema: z.ZodType<T>,
): Promise<AskedToken<T>> {
  const answer = await ask(url, request);
  const bytes = await readUpTo(answer.body, longestAnswer);
  const temporary = temporaryAnswer(answer, 'get a token for the registry');
  if (temporary) throw temporary;
  // What it says is not repeated: it may quote what it was sent.
  if (answer.status !== 200) return { refused: `${url.host} answered ${answer.status}` };
  const parsed = schema.safeParse(jsonOrUndefined(bytes.toString('utf8')));
  return parsed.success ? { token: parsed.data } : { refused: `${url.host} answered without a token` };
}
