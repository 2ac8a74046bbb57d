import { type Language, languageNames } from '../../language/languages.ts';
import type { Candidate, Source } from './context.ts';

/** An earlier query of the caller, or a caption written for it. */
export interface HistoryEntry {
  readonly kind: 'query' | 'caption';
  readonly text: string;
  readonly at: Date;
}

const kinds = {
  query: { label: 'Earlier query', reason: 'an earlier query of yours' },
  caption: { label: 'Earlier caption', reason: 'an earlier caption of yours' },
} as const satisfies Record<HistoryEntry['kind'], object>;

const dayOf = (at: Date) => at.toISOString().slice(0, 10);

/** The caller's own history, the newest entries first. */
export function history(past: readonly HistoryEntry[]): Source {
  const newestFirst = past.toSorted((a, b) => b.at.getTime() - a.at.getTime());
  const candidates = newestFirst.map(({ kind, text, at }): Candidate => {
    const { label, reason } = kinds[kind];
    return { text, label, reason: `${reason}, ${dayOf(at)}` };
  });
  return { name: 'history', candidates };
}

/** An article of the last days. */
export interface NewsItem {
  readonly title: string;
  /** Name of the source. */
  readonly source: string;
  readonly at: Date;
}

/** Articles with words of the query, the best match first. */
export function news(items: readonly NewsItem[]): Source {
  const candidates = items.map(
    ({ title, source, at }): Candidate => ({
      text: title,
      label: `News of ${dayOf(at)} (${source})`,
      reason: `an article of ${source}, ${dayOf(at)}`,
    }),
  );
  return { name: 'news', candidates };
}

const weekdays = new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' });

/** Facts that a model cannot know. Their relevance is fixed: they share no words with most queries but matter to all. */
export function facts({ now, language }: { readonly now: Date; readonly language: Language }): Source {
  return {
    name: 'facts',
    candidates: [
      { text: `The query is written in ${languageNames[language]}.`, reason: 'the language that was detected', relevance: 0.9 },
      { text: `Today is ${weekdays.format(now)}, ${dayOf(now)} (UTC).`, reason: 'the date', relevance: 0.8 },
    ],
  };
}
