import type { UsageBucket } from './series.ts';

/** Hours are in the visitor's time zone; days and months are in UTC, as the service sums them. */
const shortOptions: Readonly<Record<UsageBucket, Intl.DateTimeFormatOptions>> = {
  hour: { hour: 'numeric', minute: '2-digit' },
  day: { day: 'numeric', month: 'short', timeZone: 'UTC' },
  month: { month: 'short', year: 'numeric', timeZone: 'UTC' },
};
const longOptions: Readonly<Record<UsageBucket, Intl.DateTimeFormatOptions>> = {
  hour: { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' },
  day: { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' },
  month: { month: 'long', year: 'numeric', timeZone: 'UTC' },
};

/** Formats starts of buckets. */
export function bucketLabels(language: string, bucket: UsageBucket) {
  const short = new Intl.DateTimeFormat(language, shortOptions[bucket]);
  const long = new Intl.DateTimeFormat(language, longOptions[bucket]);
  return { short: (start: string) => short.format(new Date(start)), long: (start: string) => long.format(new Date(start)) };
}

/** Numbers for the axis of a chart: 12,000 is 12K. */
export const compactNumber = (language: string) => {
  const format = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 });
  return (value: number) => format.format(value);
};

/** Amounts for the axis of a chart, without needless digits. */
export const compactMoney = (language: string) => {
  const format = new Intl.NumberFormat(language, {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 0,
    maximumFractionDigits: 4,
  });
  return (micros: number) => format.format(micros / 1_000_000);
};
