import type { Place } from './places.ts';

/** A name counts more than an adjective, and a title more than a summary. */
const weights = { named: 1, people: 0.5, title: 2 };

/** The country that the text mentions most, else the country of its source. */
export function countryOf(title: readonly Place[], summary: readonly Place[], sourceCountry: string | null): string | null {
  const points = new Map<string, number>();
  const add = (factor: number, { country, isNamed }: Place) =>
    points.set(country, (points.get(country) ?? 0) + factor * (isNamed ? weights.named : weights.people));
  for (const place of title) add(weights.title, place);
  for (const place of summary) add(1, place);
  // Of equal ones, the first mentioned.
  const [most] = [...points].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? sourceCountry;
}
