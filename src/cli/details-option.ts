import { type Command, InvalidArgumentError } from 'commander';

export interface DetailsOption {
  details: number;
}

/** Adds the option that says into how much of what differs a comparison looks. */
export function addDetailsOption(command: Command): Command {
  return command.option(
    '--details <count>',
    'how many of the tasks that differ are looked into, for what differs and why; the others are counted',
    parseCount,
    100,
  );
}

function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, at least 0.');
  return Number(text);
}
