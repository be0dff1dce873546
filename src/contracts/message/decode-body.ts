import { ContractViolation } from '../validation/contract-violation.js';
import { bodyMistake } from './body-mistake.js';

/**
 * The JSON text in a message's body, which is UTF-8, with or without a byte order mark, as it is or in base64.
 *
 * @throws ContractViolation, which names what clients are known to send instead
 */
export function decodeBody(bytes: Uint8Array): string {
  const text = utf8(bytes);
  // An object or list in JSON is never base64; null, true, false and integers can look like it.
  // Tools break base64 into lines.
  const compact = text.replace(/[\r\n\t ]/g, '');
  const isBase64 =
    !/^(?:null|true|\d*)$/.test(compact) &&
    compact.length % 4 === 0 &&
    /^[A-Za-z0-9+/]+={0,2}$/.test(compact);
  const body = isBase64 ? utf8(Buffer.from(compact, 'base64'), ' in base64') : text;
  const mistake = bodyMistake(body, isBase64);
  if (mistake !== undefined) throw new ContractViolation([], mistake, 'The message');
  return body;
}

function utf8(bytes: Uint8Array, how = ''): string {
  // No JSON holds the character itself; between the letters of UTF-16 it stands.
  if (bytes.includes(0))
    throw new ContractViolation([], `is UTF-16 text${how}: encode it as UTF-8`, 'The message');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    // Words can look like base64, so it cannot be said to be that.
    const is = how === '' ? 'is not UTF-8 text' : `is neither JSON nor UTF-8 text${how}`;
    throw new ContractViolation([], is, 'The message', { cause });
  }
}
