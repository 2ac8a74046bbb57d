import type { Language } from '../../language/languages.ts';
import type { Candidate, Source } from './context.ts';

/** Something the caller asked or was given before. */
export interface HistoryEntry {
  readonly kind: 'query' | 'caption';
  readonly text: string;
  readonly at: Date;
}

const kinds = {
  query: { label: 'Asked earlier', reason: 'an earlier query of yours' },
  caption: { label: 'Caption written earlier', reason: 'an earlier caption of yours' },
} as const satisfies Record<HistoryEntry['kind'], object>;

const dayOf = (at: Date) => at.toISOString().slice(0, 10);

/** The caller's own history, whatever its order: the newest first. Never that of somebody else. */
export function history(past: readonly HistoryEntry[]): Source {
  const newestFirst = past.toSorted((a, b) => b.at.getTime() - a.at.getTime());
  const candidates = newestFirst.map(({ kind, text, at }): Candidate => {
    const { label, reason } = kinds[kind];
    return { text, label, reason: `${reason}, ${dayOf(at)}` };
  });
  return { name: 'history', candidates };
}

const languageNames = { en: 'English', es: 'Spanish' } as const satisfies Record<Language, string>;

/** What a model cannot know by itself. Its relevance is given: it shares no words with most queries, and matters to all. */
export function facts({ now, language }: { readonly now: Date; readonly language: Language }): Source {
  const weekday = new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' }).format(now);
  return {
    name: 'facts',
    candidates: [
      { text: `The query is written in ${languageNames[language]}.`, reason: 'the language that was detected', relevance: 0.9 },
      { text: `Today is ${weekday}, ${dayOf(now)} (UTC).`, reason: 'the date', relevance: 0.8 },
    ],
  };
}
