const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** A size such as `457 kB`, in units of a thousand. */
export function formatBytes(bytes: number, language: string): string {
  const rank = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const format = new Intl.NumberFormat(language, {
    style: 'unit',
    unit: units[rank],
    unitDisplay: 'short',
    maximumFractionDigits: rank > 1 ? 1 : 0,
  });
  return format.format(bytes / 1000 ** rank);
}
