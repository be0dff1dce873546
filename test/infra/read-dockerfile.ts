import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerfileParser } from 'dockerfile-ast';
import { infraFolder } from './infra-folder.js';

export interface Instruction {
  keyword: string;
  /** What stands after the keyword, on one line, with the defaults of build arguments put in, but for the version. */
  text: string;
  /** Name of the stage, `final` for the last one, empty before the first. */
  stage: string;
}

export const dockerfile: string = readFileSync(join(infraFolder, 'Dockerfile'), 'utf8');

/** The Dockerfile with the default of each build argument, but for the version, in the place of its name. */
export function withImages(text: string): string {
  return text.replace(/\$\{(\w+_IMAGE|ENVIRONMENTS)\}/g, (whole, name: string) => {
    return new RegExp(`^ARG ${name}=(.*)$`, 'm').exec(dockerfile)?.[1] ?? whole;
  });
}

/** What the Dockerfile does, instruction by instruction. */
export function readDockerfile(): Instruction[] {
  let stage = '';
  const text = withImages(dockerfile);
  const lines = text.split('\n');
  return DockerfileParser.parse(text)
    .getInstructions()
    .map((instruction) => {
      const { start, end } = instruction.getRange();
      const keyword = instruction.getKeyword();
      const whole = lines.slice(start.line, end.line + 1).join('\n');
      const args = whole
        .slice(keyword.length)
        .replace(/\s*\\\n\s*/g, ' ')
        .trim();
      if (keyword === 'FROM') stage = / AS (\S+)$/.exec(args)?.[1] ?? 'final';
      return { keyword, text: args, stage };
    });
}

/** The environment that the last stage sets. */
export function imageEnvironment(): Record<string, string> {
  const pairs = readDockerfile()
    .filter(({ keyword, stage }) => keyword === 'ENV' && stage === 'final')
    .flatMap(({ text }) => text.split(/\s+/))
    .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
  return Object.fromEntries(pairs);
}
