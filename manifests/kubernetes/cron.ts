const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
/** Days of each month, in a leap year. */
const monthLengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of the numbers from `min` on. */
  readonly words?: readonly string[];
}
const second: Field = { name: 'second', min: 0, max: 59 };
const standard: readonly Field[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, words: months },
  // github.com/robfig/cron, the parser of Kubernetes and CloudNativePG, accepts 0 but not 7 for Sunday.
  { name: 'day of week', min: 0, max: 6, words: weekdays },
];
const descriptors = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

/**
 * Describes the error in a schedule as github.com/robfig/cron parses it; undefined if it is valid and can ever run.
 * @param seconds whether the first field is seconds, as in CloudNativePG
 */
export function validateSchedule(schedule: string, seconds: boolean): string | undefined {
  if (descriptors.includes(schedule)) return undefined;
  const fields = seconds ? [second, ...standard] : standard;
  const texts = schedule.trim().split(/\s+/);
  const order = fields.map(({ name }) => name).join(', ');
  if (schedule.includes('TZ=')) return 'names a time zone: times are UTC, leave it out';
  if (texts.length !== fields.length) return `has ${texts.length} fields, but needs ${fields.length}: ${order}`;
  const [error] = fields.flatMap((field, position) => validateField(field, texts[position] ?? '') ?? []);
  if (error !== undefined) return error;
  const [days = '', month = '', weekday = ''] = texts.slice(-3);
  return weekday === '*' || weekday === '?' ? validateDate(days, month) : undefined;
}

function validateField(field: Field, text: string): string | undefined {
  const { name, min, max } = field;
  for (const part of text.split(',')) {
    const { from = '', to, step } = /^(?<from>\*|\?|\w+)(?:-(?<to>\w+))?(?:\/(?<step>\d+))?$/.exec(part)?.groups ?? {};
    const isAny = from === '*' || from === '?';
    const [first, last] = [isAny ? min : numberOf(field, from), to === undefined ? undefined : numberOf(field, to)];
    if (from === '' || first === undefined || (to !== undefined && (last === undefined || isAny)))
      return `has the ${name} "${part}": write *, a number from ${min} to ${max}, a range a-b or a step */n`;
    const outside = [first, last].find((value) => value !== undefined && (value < min || value > max));
    if (outside !== undefined) return `has the ${name} ${outside}: it must be from ${min} to ${max}`;
    if (last !== undefined && last < first) return `has the ${name} "${part}", whose end is before its start: write ${to}-${from}`;
    if (step !== undefined && Number(step) === 0) return `has the ${name} "${part}": a step must be at least 1`;
  }
  return undefined;
}

function numberOf({ words = [], min }: Field, text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const position = words.indexOf(text.toLowerCase());
  return position === -1 ? undefined : position + min;
}

/** Rejects a single day that its single month does not have, such as 31 February. */
function validateDate(days: string, month: string): string | undefined {
  if (!/^\d+$/.test(days) || !/^(?:\d+|[a-z]{3})$/i.test(month)) return undefined;
  const position = /^\d+$/.test(month) ? Number(month) - 1 : months.indexOf(month.toLowerCase());
  const max = monthLengths[position] ?? 31;
  return Number(days) > max ? `has the day ${days} of month ${month}, which has at most ${max} days: it would never run` : undefined;
}
