import { useEffect, useState } from 'react';
import { client } from '../api/client.ts';
import type { PageLanguage } from '../language/translations.ts';
import { useSession } from '../session/provider.tsx';

const maxShown = 6;

/** What the news of this week are about, more than those of the week before; empty if there are none. */
async function readRising(language: PageLanguage, signal: AbortSignal): Promise<readonly string[]> {
  const { topics, keywords } = await client.call('weeklyTrends', { query: { language }, signal });
  const subject = topics.length > 0 ? await client.call('newsSubject', { signal }) : undefined;
  const titles = topics.map(({ name }) => subject?.topics.find((topic) => topic.name === name)?.title[language] ?? name);
  return [...new Set([...titles, ...keywords.map(({ name }) => name)])].slice(0, maxShown);
}

export function useRising(language: PageLanguage): readonly string[] {
  const { may } = useSession();
  const [rising, setRising] = useState<readonly string[]>([]);
  const isAllowed = may('Read');
  useEffect(() => {
    if (!isAllowed) return;
    const controller = new AbortController();
    readRising(language, controller.signal).then(
      // An ended effect must not overwrite the texts of another language.
      (found) => controller.signal.aborted || setRising(found),
      // The studio works without.
      () => {},
    );
    return () => controller.abort();
  }, [isAllowed, language]);
  return rising;
}
