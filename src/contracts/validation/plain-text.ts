/**
 * Somebody else's words as a part of a sentence: on one line, without what a terminal, a log or a page would obey or turn around, and no
 * longer than so many characters. Of what is longer the middle is left out: the end says what to do.
 */
export function plainText(text: string, longest: number): string {
  const kept = text.length <= longest ? text : withoutMiddle(text, longest);
  return kept.replace(obeyed, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Control characters, ends of lines, what changes the direction of writing, and halves of surrogate pairs. */
const obeyed = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

function withoutMiddle(text: string, longest: number): string {
  const half = Math.floor((longest - 3) / 2);
  // No half of a pair is left where it is cut.
  return `${text.slice(0, half).replace(/[\ud800-\udbff]$/, '')}...${text.slice(-half).replace(/^[\udc00-\udfff]/, '')}`;
}
