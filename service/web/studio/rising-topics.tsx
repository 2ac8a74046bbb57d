import { useLanguage, useMessages } from '../language/provider.tsx';
import { studioMessages } from './messages.ts';
import { useRising } from './use-rising.ts';

/** What the news are about this week, to add to the description; nothing if nothing rises. */
export function RisingTopics({ onChoose }: { readonly onChoose: (topic: string) => void }) {
  const t = useMessages(studioMessages);
  const { language } = useLanguage();
  const rising = useRising(language);
  if (rising.length === 0) return null;
  return (
    <section className="rising" aria-labelledby="rising-title">
      <p id="rising-title" className="hint">
        {t.rising}
      </p>
      <div className="row">
        {rising.map((topic) => (
          <button key={topic} type="button" onClick={() => onChoose(topic)}>
            {topic}
          </button>
        ))}
      </div>
    </section>
  );
}
