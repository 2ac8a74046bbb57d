import { LRUCache } from 'lru-cache';
import type { Caller } from '../http/caller.ts';
import type { HistoryEntry } from './context/sources.ts';

/** Maximum number of histories, of entries in each, and of characters per entry: about 20 MB in total. */
const maxHistories = 1000;
const maxEntries = 20;
const maxCharacters = 500;

/**
 * Recent queries and captions of callers, in the memory of this process: not shared with other replicas, lost at a restart.
 * Each client of a caller has its own history, so that its queries appear in no other client's prompt.
 */
export interface History {
  of(caller: Caller, clientId: string | undefined): readonly HistoryEntry[];
  add(caller: Caller, clientId: string | undefined, kind: HistoryEntry['kind'], text: string): void;
}

const nameOf = ({ id }: Caller, clientId: string | undefined) => JSON.stringify([id, clientId]);

export function createHistory(): History {
  const histories = new LRUCache<string, readonly HistoryEntry[]>({ max: maxHistories });
  return {
    of: (caller, clientId) => histories.get(nameOf(caller, clientId)) ?? [],
    add(caller, clientId, kind, text) {
      const name = nameOf(caller, clientId);
      const known = histories.get(name) ?? [];
      const entry = { kind, text: text.slice(0, maxCharacters), at: new Date() };
      if (!known.some((other) => other.kind === kind && other.text === entry.text))
        histories.set(name, [...known, entry].slice(-maxEntries));
    },
  };
}
