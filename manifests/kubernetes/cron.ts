const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly words?: readonly string[];
}
const second: Field = { name: 'second', least: 0, most: 59 };
const standard: readonly Field[] = [
  { name: 'minute', least: 0, most: 59 },
  { name: 'hour', least: 0, most: 23 },
  { name: 'day of month', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12, words: months },
  // Not 7: github.com/robfig/cron, which Kubernetes and CloudNativePG read schedules with, knows Sunday as 0 only.
  { name: 'day of week', least: 0, most: 6, words: weekdays },
];
const descriptors = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

/**
 * What is wrong with a schedule as github.com/robfig/cron reads it; undefined if it is right and comes at all.
 * @param seconds whether there is a first field of seconds, as CloudNativePG has it
 */
export function validateSchedule(schedule: string, seconds: boolean): string | undefined {
  if (descriptors.includes(schedule)) return undefined;
  const fields = seconds ? [second, ...standard] : standard;
  const texts = schedule.trim().split(/\s+/);
  const order = fields.map(({ name }) => name).join(', ');
  if (schedule.includes('TZ=')) return 'names a time zone: times are UTC, leave it out';
  if (texts.length !== fields.length) return `has ${texts.length} fields, but needs ${fields.length}: ${order}`;
  const wrong = fields.flatMap((field, position) => fieldMistake(field, texts[position] ?? '') ?? []);
  if (wrong[0] !== undefined) return wrong[0];
  const [days = '', month = '', weekday = ''] = texts.slice(-3);
  return weekday === '*' || weekday === '?' ? dateMistake(days, month) : undefined;
}

function fieldMistake(field: Field, text: string): string | undefined {
  const { name, least, most } = field;
  for (const part of text.split(',')) {
    const { from = '', to, step } = /^(?<from>\*|\?|\w+)(?:-(?<to>\w+))?(?:\/(?<step>\d+))?$/.exec(part)?.groups ?? {};
    const isAny = from === '*' || from === '?';
    const [first, last] = [isAny ? least : numberOf(field, from), to === undefined ? undefined : numberOf(field, to)];
    if (from === '' || first === undefined || (to !== undefined && (last === undefined || isAny)))
      return `has the ${name} "${part}": write *, a number from ${least} to ${most}, a range a-b or a step */n`;
    const outside = [first, last].find((value) => value !== undefined && (value < least || value > most));
    if (outside !== undefined) return `has the ${name} ${outside}: it must be from ${least} to ${most}`;
    if (last !== undefined && last < first) return `has the ${name} "${part}", which ends before it begins: write ${to}-${from}`;
    if (step !== undefined && Number(step) === 0) return `has the ${name} "${part}": a step must be at least 1`;
  }
  return undefined;
}

function numberOf({ words = [], least }: Field, text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const position = words.indexOf(text.toLowerCase());
  return position === -1 ? undefined : position + least;
}

/** A single day that no single month has, such as 31 February: such a schedule never comes. */
function dateMistake(days: string, month: string): string | undefined {
  if (!/^\d+$/.test(days) || !/^(?:\d+|[a-z]{3})$/i.test(month)) return undefined;
  const position = /^\d+$/.test(month) ? Number(month) - 1 : months.indexOf(month.toLowerCase());
  const most = longest[position] ?? 31;
  return Number(days) > most ? `has the day ${days} of month ${month}, which has ${most} days at most: it would never run` : undefined;
}
