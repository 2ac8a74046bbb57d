import type { Dashboard, Figure } from '../../../news/analytics/schema.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { overviewMessages } from './messages.ts';

const names = ['articles', 'languages', 'countries', 'sources'] as const;

/** The numbers of the week, each with its change to the week before. */
export function Glance({ dashboard }: { readonly dashboard: Dashboard }) {
  const t = useMessages(overviewMessages);
  const { format } = useLanguage();
  const day = (text: string) => format.utcDay(text);
  return (
    <section className="stack" aria-labelledby="glance-title">
      <div>
        <h2 id="glance-title">{t.glance}</h2>
        <p className="hint">{t.glanceHint(day(dashboard.from), day(dashboard.to))}</p>
      </div>
      <dl className="news-figures">
        {names.map((name) => (
          <div className="card" key={name}>
            <dt>{t[name]}</dt>
            <dd className="news-number">{dashboard.articles.current === 0 ? t.noData : format.number(dashboard[name].current)}</dd>
            <dd className="hint">
              <Change figure={dashboard[name]} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Change({ figure: { current, previous } }: { readonly figure: Figure }) {
  const t = useMessages(overviewMessages);
  const { format } = useLanguage();
  if (previous === null) return t.noneBefore;
  const difference = current - previous;
  if (difference === 0) return t.asBefore;
  return (
    <>
      <span aria-hidden="true">{difference > 0 ? '▲' : '▼'}</span>{' '}
      {difference > 0 ? t.more(format.number(difference)) : t.fewer(format.number(-difference))}
    </>
  );
}
