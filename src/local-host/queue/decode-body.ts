const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** The bytes of a message under host.json's messageEncoding; undefined when it is base64 and the text is not. */
export function decodeBody(messageText: string, encoding: 'base64' | 'none'): Buffer | undefined {
  if (encoding === 'none') return Buffer.from(messageText, 'utf8');
  const text = messageText.replaceAll(/\s/g, '');
  return text.length % 4 === 0 && base64.test(text) ? Buffer.from(text, 'base64') : undefined;
}
