const WHOLE_DAYS = /^(-?)(\d+)$/;
const CLOCK = /^(-?)(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/;

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * Milliseconds of a .NET time span: `hh:mm`, `hh:mm:ss`, `hh:mm:ss.fff`, `d.hh:mm:ss`, or a whole number, which means
 * days (so `-1` is minus one day). Undefined when the text is none of these.
 */
export function parseTimeSpan(text: string): number | undefined {
  const days = WHOLE_DAYS.exec(text.trim());
  if (days) return sign(days[1]) * Number(days[2]) * DAY_MS;

  const clock = CLOCK.exec(text.trim());
  if (!clock) return undefined;
  const [, minus, dayPart, hours, minutes, seconds, fraction] = clock;
  // .NET reads an hour above 23 as days: nobody means that, so it is refused.
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds ?? 0) > 59) return undefined;
  const total =
    Number(dayPart ?? 0) * DAY_MS +
    Number(hours) * HOUR_MS +
    Number(minutes) * MINUTE_MS +
    Number(seconds ?? 0) * SECOND_MS +
    Number(`0.${fraction ?? 0}`) * SECOND_MS;
  return sign(minus) * Math.round(total);
}

function sign(minus: string | undefined): 1 | -1 {
  return minus === '-' ? -1 : 1;
}
