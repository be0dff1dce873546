import { ContractViolation } from '../validation/contract-violation.js';

/**
 * The JSON text in a message's body, which is UTF-8, with or without a byte order mark, as it is or in base64.
 *
 * @throws ContractViolation
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
  return isBase64 ? utf8(Buffer.from(compact, 'base64'), ' in base64') : text;
}

function utf8(bytes: Uint8Array, how = ''): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ContractViolation([], `is not UTF-8 text${how}`, 'The message', { cause });
  }
}
