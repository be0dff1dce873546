/** The beginning of a text that somebody else wrote, as long as there is room for in a picture or a table. */
export function cutText(text: string, most = 200): string {
  const characters = [...text.slice(0, 2 * most + 2)];
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : text;
}
