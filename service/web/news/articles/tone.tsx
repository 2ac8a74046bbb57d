import type { Sentiment } from '../../../../contract/news.ts';
import { useMessages } from '../../language/provider.tsx';
import { articleMessages } from './messages.ts';

const signs: Readonly<Record<Sentiment, string>> = { positive: '▲', neutral: '●', negative: '▼' };

/** The tone of an article, by word and sign: colours are not needed. */
export function Tone({ sentiment }: { readonly sentiment: Sentiment | null }) {
  const t = useMessages(articleMessages);
  if (sentiment === null) return <span className="quiet">{t.noTone}</span>;
  return (
    <span className="nowrap">
      <span aria-hidden="true">{signs[sentiment]}</span> {t[sentiment]}
    </span>
  );
}
