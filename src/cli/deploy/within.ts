import { InvalidArgumentError } from 'commander';

interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
}

/** Reads a number as an option gives it: plain digits, since the unit stands in the option's name. */
export function within(
  { minimum, maximum }: Bounds,
  whole: 'whole' | 'any' = 'whole',
): (text: string) => number {
  return (text) => {
    const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= minimum && value <= maximum) || (whole === 'whole' && !Number.isInteger(value)))
      throw new InvalidArgumentError(
        `It must be a ${whole === 'whole' ? 'whole number' : 'number'} from ${minimum} to ${maximum}, without a unit.`,
      );
    return value;
  };
}
