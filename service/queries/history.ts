import { LRUCache } from 'lru-cache';
import type { Caller } from '../http/caller.ts';
import type { HistoryEntry } from './context/sources.ts';

/** Callers that one process remembers, the things of each, and the characters of each thing: some 20 MB at most. */
const mostCallers = 1000;
const mostThings = 20;
const mostCharacters = 500;

/**
 * What callers asked and were given lately. In this process's memory: another replica knows nothing of it, and a start forgets it.
 * A caller's clients are kept apart, so that what one asked stands in nobody else's prompt.
 */
export interface History {
  of(caller: Caller, clientId: string | undefined): readonly HistoryEntry[];
  add(caller: Caller, clientId: string | undefined, kind: HistoryEntry['kind'], text: string): void;
}

const nameOf = ({ id }: Caller, clientId: string | undefined) => JSON.stringify([id, clientId]);

export function createHistory(): History {
  const things = new LRUCache<string, readonly HistoryEntry[]>({ max: mostCallers });
  return {
    of: (caller, clientId) => things.get(nameOf(caller, clientId)) ?? [],
    add(caller, clientId, kind, text) {
      const name = nameOf(caller, clientId);
      const known = things.get(name) ?? [];
      const thing = { kind, text: text.slice(0, mostCharacters), at: new Date() };
      if (!known.some((other) => other.kind === kind && other.text === thing.text)) things.set(name, [...known, thing].slice(-mostThings));
    },
  };
}
