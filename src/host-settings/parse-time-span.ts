const wholeDays = /^(-?)(\d+)$/;
const clockTime = /^(-?)(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/;

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/**
 * Milliseconds of a .NET time span: `hh:mm`, `hh:mm:ss`, `hh:mm:ss.fff`, `d.hh:mm:ss`, or a whole number, which means
 * days (so `-1` is minus one day). Undefined when the text is none of these.
 */
export function parseTimeSpan(text: string): number | undefined {
  const days = wholeDays.exec(text.trim());
  if (days) return sign(days[1]) * Number(days[2]) * dayMs;

  const clock = clockTime.exec(text.trim());
  if (!clock) return undefined;
  const [, minus, dayPart, hours, minutes, seconds, fraction] = clock;
  // .NET reads an hour above 23 as days: nobody means that, so it is refused.
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds ?? 0) > 59) return undefined;
  const total =
    Number(dayPart ?? 0) * dayMs +
    Number(hours) * hourMs +
    Number(minutes) * minuteMs +
    Number(seconds ?? 0) * secondMs +
    Number(`0.${fraction ?? 0}`) * secondMs;
  return sign(minus) * Math.round(total);
}

function sign(minus: string | undefined): 1 | -1 {
  return minus === '-' ? -1 : 1;
}
