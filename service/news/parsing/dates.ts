/** Dates as feeds and pages write them: RFC 822, ISO 8601, their common errors, and dates in words of European languages. */
import { monthOf, plainLetters } from './month-names.ts';
import { zoneMinutes } from './time-zones.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const maxLength = 100;

interface Time {
  /** Milliseconds since midnight, UTC. */
  readonly ms: number;
  /** The text without the time. */
  readonly rest: string;
}

const timeOfDay =
  /(?<!\d)(?<hour>\d{1,2})(?:[:h](?<minute>\d{2})(?::(?<second>\d{2})(?:[.,]\d{1,9})?)?| ?h(?![a-z]))(?: ?(?<half>[ap]) ?m(?![a-z]))?(?: ?(?:gmt|utc)?(?<sign>[+-])(?<zoneHour>\d{1,2})(?::?(?<zoneMinute>\d{2}))?| ?(?<zone>[a-z]{1,5})(?![a-z]))?/;

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined || hour > 12) return hour;
  return (hour % 12) + (half === 'p' ? 12 : 0);
}

function offsetOf({ sign, zoneHour, zoneMinute, zone }: Readonly<Record<string, string | undefined>>): number {
  if (sign === undefined) return zoneMinutes(zone ?? '') ?? 0;
  const size = Number(zoneHour) * 60 + Number(zoneMinute ?? 0);
  return sign === '-' ? -size : size;
}

/** The time of day; midnight UTC if the text has none. */
function timeIn(text: string): Time | undefined {
  const match = text.match(timeOfDay);
  if (match?.groups === undefined) return { ms: 0, rest: text };
  const { hour, minute: minutes = '0', second = '0', half, zone } = match.groups;
  if (Number(hour) > 24 || Number(minutes) > 59 || Number(second) > 60) return undefined;
  const ms = ((hourOf(Number(hour), half) * 60 + Number(minutes)) * 60 + Number(second)) * 1000 - offsetOf(match.groups) * minute;
  // The word after the time may be the month.
  const word = zone !== undefined && zoneMinutes(zone) === undefined ? zone : '';
  const index = match.index ?? 0;
  return { ms, rest: `${text.slice(0, index)} ${word} ${text.slice(index + match[0].length)}` };
}

/** Two digits: RFC 5322, 4.3. */
function yearOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^(?:\d{2}|\d{4})$/.test(text)) return undefined;
  const year = Number(text);
  if (text.length === 4) return year;
  return year < 50 ? 2000 + year : 1900 + year;
}

/** Midnight UTC of a day that exists. @param month January is 0 */
function midnight(year: number | undefined, month: number, dayOfMonth: number): number | undefined {
  if (year === undefined) return undefined;
  const date = new Date(Date.UTC(year, month, dayOfMonth));
  return date.getUTCMonth() === month && date.getUTCDate() === dayOfMonth ? date.getTime() : undefined;
}

/** `10 de junio de 2025`, `Tue, 10 Jun 2025`, `June 10th 2025`, `10-Jun-25`. */
function dayInWords(text: string): number | undefined {
  const words = text.split(/[^\p{L}\d]+/u).filter((word) => word !== '' && !/^(?:d|de|del|of|the)$/.test(word));
  const numberAt = (index: number) => Number(words[index]?.match(/^(\d{1,2})(?:st|nd|rd|th|er|o|a)?$/)?.[1] ?? Number.NaN);
  for (const [index, word] of words.entries()) {
    const month = monthOf(word);
    if (month === undefined) continue;
    const dayBefore = numberAt(index - 1);
    const found = Number.isNaN(dayBefore)
      ? midnight(yearOf(words[index + 2]), month, numberAt(index + 1))
      : midnight(yearOf(words[index + 1]), month, dayBefore);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `2025-06-10`, `20250610`, `2025-06`, `10/06/2025`; the second of these as June 10, unless only the first number can be a month. */
function dayInNumbers(text: string): number | undefined {
  const iso = text.match(/(?<!\d)(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?!\d)/);
  if (iso !== null) return midnight(Number(iso[1]), Number(iso[3]) - 1, Number(iso[4]));
  const european = text.match(/(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?!\d)/);
  if (european !== null) {
    const [first, second] = [Number(european[1]), Number(european[2])];
    return second > 12 ? midnight(yearOf(european[3]), first - 1, second) : midnight(yearOf(european[3]), second - 1, first);
  }
  const month = text.match(/^ ?(\d{4})(?:-(\d{2}))? ?$/);
  return month === null ? undefined : midnight(Number(month[1]), Number(month[2] ?? 1) - 1, 1);
}

function epochTime(text: string): number | undefined {
  if (!/^(?:\d{10}|\d{13})$/.test(text)) return undefined;
  return text.length === 10 ? Number(text) * 1000 : Number(text);
}

function timestampOf(given: string): number | undefined {
  const text = plainSeparators(given);
  const epoch = epochTime(text);
  if (epoch !== undefined) return epoch;
  const compact = text.replace(
    /^(\d{8})t?(\d{2})(\d{2})(\d{2})?(?=z|$)/,
    (_, date, ...time) => `${date} ${time.slice(0, 3).filter(Boolean).join(':')}`,
  );
  const time = timeIn(compact);
  if (time === undefined) return undefined;
  const start = dayInWords(time.rest) ?? dayInNumbers(time.rest);
  return start === undefined ? undefined : start + time.ms;
}

const plainSeparators = (text: string) =>
  spaceOut(plainLetters(text.slice(0, maxLength).replace(/\.(?=\d)/g, '\u0001'))).replaceAll('\u0001', '.');
const spaceOut = (text: string) => text.replace(/[,()\s]+/g, ' ').trim();

/**
 * A date of publication. Up to a day after `now` counts as `now`, because publishers mistake their time for UTC.
 * @returns undefined if there is none, or it cannot be right: later, or not after the epoch, which means an unknown date
 */
export function parseDate(text: string, now: Date): Date | undefined {
  const time = timestampOf(text);
  if (time === undefined || time < 2 * day || time > now.getTime() + day) return undefined;
  return new Date(Math.min(time, now.getTime()));
}
