/** Which field a position in a JSON text belongs to. The text must be well-formed up to there. */
export function jsonPathAt(text: string, position: number): (string | number)[] {
  const path: (string | number | undefined)[] = [];
  let lastString = '';
  for (let i = 0; i < position; i++) {
    const character = text[i];
    const top = path.length - 1;
    if (character === '"') {
      const end = endOfString(text, i);
      lastString = text.slice(i, end + 1);
      i = end;
    } else if (character === '{') path.push(undefined);
    else if (character === '[') path.push(0);
    else if (character === '}' || character === ']') path.pop();
    else if (character === ':') path[top] = JSON.parse(lastString) as string;
    else if (character === ',') {
      const key = path[top];
      path[top] = typeof key === 'number' ? key + 1 : undefined;
    }
  }
  return path.filter((key) => key !== undefined);
}

function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i;
}
