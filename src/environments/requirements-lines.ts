/** One line of a requirements.txt: what it requires or refers to, or options, or the one followed by the other. */
export interface RequirementsLine {
  requirement: string;
  options: string;
  /** `-r` and `-c`. */
  refersTo?: { kind: 'requirements' | 'constraints'; path: string };
}

/** Reads a requirements.txt as pip does: continued lines joined, comments left out. */
export function requirementsLines(text: string): RequirementsLine[] {
  return joined(text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/))
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '')
    .map(readLine);
}

function joined(lines: string[]): string[] {
  const whole: string[] = [];
  let begun = '';
  for (const line of lines) {
    const isComment = /^\s*#/.test(line);
    if (line.endsWith('\\') && !isComment) {
      begun += line.slice(0, -1);
    } else {
      whole.push(begun + (isComment ? ' ' : '') + line);
      begun = '';
    }
  }
  return begun === '' ? whole : [...whole, begun];
}

function readLine(line: string): RequirementsLine {
  const [, short, long, path] =
    /^(?:-([rc])\s*|--(requirement|constraint)(?:\s+|\s*=\s*))(.+)$/.exec(line) ?? [];
  if (path !== undefined) {
    const kind = short === 'c' || long === 'constraint' ? 'constraints' : 'requirements';
    return { requirement: '', options: line, refersTo: { kind, path: path.replace(/^(["'])(.*)\1$/, '$2') } };
  }
  // To pip too, options begin at the first word that begins with a dash.
  const at = line.search(/(^|\s)-/);
  return at < 0
    ? { requirement: line, options: '' }
    : { requirement: line.slice(0, at).trim(), options: line.slice(at).trim() };
}
