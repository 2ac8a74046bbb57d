/** The details of an entry as one line: `role: Developer; permissions: Read, Write`. @param nameOf the name of the user of an id */
export function detailsText(details: unknown, nameOf: (userId: string) => string | undefined = () => undefined): string {
  if (details === null || details === undefined) return '';
  if (Array.isArray(details)) return details.map((item) => detailsText(item)).join(', ');
  if (typeof details !== 'object') return String(details);
  const text = (name: string, value: unknown) => {
    if (name === 'user_id' && typeof value === 'string') return nameOf(value) ?? value;
    return typeof value === 'object' && !Array.isArray(value) ? `(${detailsText(value)})` : detailsText(value);
  };
  return Object.entries(details)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${text(name, value)}`)
    .join('; ');
}

/** Whether one of the texts contains every word of the filter, ignoring case and accents. */
export function matches(texts: readonly string[], filter: string): boolean {
  const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const all = plain(texts.join(' '));
  return plain(filter)
    .split(/\s+/)
    .every((word) => all.includes(word));
}
