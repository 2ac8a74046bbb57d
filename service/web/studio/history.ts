import * as z from 'zod';
import { store } from '../browser/use-stored.ts';

const key = 'leyenda.history';
/** Entries kept in this browser. */
const maxEntries = 50;

const entry = z.object({
  id: z.string(),
  /** ISO 8601. */
  at: z.string(),
  description: z.string(),
  caption: z.string(),
  hashtags: z.array(z.string()),
});
export type HistoryEntry = z.output<typeof entry>;

/** The captions that were copied or written last in this browser, the newest first; empty if they are unreadable. */
export function readHistory(): readonly HistoryEntry[] {
  try {
    const parsed = z.array(entry).safeParse(JSON.parse(localStorage.getItem(key) ?? '[]'));
    return parsed.data ?? [];
  } catch {
    return [];
  }
}

/** Adds an entry in front, or moves it there. @returns the new history */
export function addToHistory(added: HistoryEntry): readonly HistoryEntry[] {
  const entries = [added, ...readHistory().filter(({ id }) => id !== added.id)].slice(0, maxEntries);
  store(key, JSON.stringify(entries));
  return entries;
}

/** Removes an entry. @returns the new history */
export function removeFromHistory(id: string): readonly HistoryEntry[] {
  const entries = readHistory().filter((each) => each.id !== id);
  store(key, JSON.stringify(entries));
  return entries;
}

/** Also at the end of a session: the next person at this browser sees nothing. */
export const clearHistory = (): void => store(key, '[]');
