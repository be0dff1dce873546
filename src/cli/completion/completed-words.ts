import type { Command } from 'commander';

/** What may follow the verbs that were written: by them, with a space between, and '' before the first. */
export type CompletedWords = Map<
  string,
  {
    words: string[];
    /** How many of its first arguments are jobs. */
    jobs: number;
  }
>;

/** As arguments that are jobs are called. */
const jobArguments = ['job', 'first', 'second'];

/** Verbs, options, and the choices of arguments, as the program itself has them. */
export function completedWords(program: Command): CompletedWords {
  const completed: CompletedWords = new Map();
  const add = (command: Command, path: string[]) => {
    const given = command.registeredArguments;
    const choices = given.flatMap(({ argChoices = [] }) => argChoices);
    const options = command.options.flatMap(({ long, short }) => long ?? short ?? []);
    const verbs = command.commands.map((each) => each.name());
    const jobs = given.filter((each) => jobArguments.includes(each.name())).length;
    completed.set(path.join(' '), { words: [...verbs, ...choices, ...options, '--help'], jobs });
    for (const each of command.commands) add(each, [...path, each.name()]);
  };
  add(program, []);
  return completed;
}
