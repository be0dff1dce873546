import type { Command } from 'commander';

/** What may follow the verbs that were written: by them, with a space between, and '' before the first. */
export type CompletedWords = Map<string, string[]>;

/** Verbs, options, and the choices of arguments, as the program itself has them. */
export function completedWords(program: Command): CompletedWords {
  const words: CompletedWords = new Map();
  const add = (command: Command, path: string[]) => {
    const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
    const options = command.options.flatMap(({ long, short }) => long ?? short ?? []);
    const verbs = command.commands.map((each) => each.name());
    words.set(path.join(' '), [...verbs, ...choices, ...options, '--help']);
    for (const each of command.commands) add(each, [...path, each.name()]);
  };
  add(program, []);
  return words;
}
