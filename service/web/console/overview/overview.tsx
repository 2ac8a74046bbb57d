import { useQuery } from '@tanstack/react-query';
import type { Result } from '../../../client/types.ts';
import { client } from '../../api/client.ts';
import { Loaded } from '../../data/loaded.tsx';
import { dataMessages } from '../../data/messages.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { bucketLabels } from '../usage/labels.ts';
import { usageMessages } from '../usage/messages.ts';
import { bucketStarts, rangeStart, totalsOf, type UsageRow } from '../usage/series.ts';
import { useNumberColumns } from '../usage/usage.tsx';
import { UsageChart } from '../usage/usage-chart.tsx';
import { overviewMessages } from './messages.ts';

/** How much was used lately, and which text models are available. */
export function Overview() {
  const usage = useQuery({
    queryKey: ['usage', 'overview'],
    queryFn: async ({ signal }) => {
      const query = { from: rangeStart('month', 'day', Date.now()), bucket: 'day' } as const;
      const { items, from, to } = await client.call('usage', { query, signal });
      return { rows: items, starts: bucketStarts(from, to, 'day') };
    },
  });
  const models = useQuery({ queryKey: ['models'], queryFn: ({ signal }) => client.call('models', { signal }) });
  return (
    <>
      <Loaded query={usage}>{(data) => <LatestUsage {...data} />}</Loaded>
      <div className="card">
        <Loaded query={models}>{({ items }) => <ModelTable models={items} />}</Loaded>
      </div>
    </>
  );
}

function LatestUsage({ rows, starts }: { readonly rows: readonly UsageRow[]; readonly starts: readonly string[] }) {
  const t = useMessages(usageMessages);
  const own = useMessages(overviewMessages);
  const shared = useMessages(dataMessages);
  const { format, language } = useLanguage();
  const numbers = useNumberColumns<UsageRow>();
  const labels = bucketLabels(language, 'day');
  const since = (days: number) => totalsOf(rows.filter(({ bucket }) => bucket >= (starts.at(-days) ?? '')));
  const periods = [
    { title: t.today, totals: since(1) },
    { title: t.days7, totals: since(7) },
    { title: t.days30, totals: since(30) },
  ];
  if (rows.length === 0) return <div className="empty">{own.noUsage}</div>;
  return (
    <>
      <div className="totals">
        {periods.map(({ title, totals }) => (
          <section className="card" key={title}>
            <h2>{title}</h2>
            <dl>
              <dt>{t.requests}</dt>
              <dd className="main-number">{format.number(totals.requests)}</dd>
              <dt>{t.tokens}</dt>
              <dd>{format.number(totals.prompt_tokens + totals.completion_tokens)}</dd>
              <dt>{t.cost}</dt>
              <dd>{format.money(totals.cost_micros)}</dd>
            </dl>
          </section>
        ))}
      </div>
      <div className="card">
        <UsageChart title={t.perDay} measure="requests" rows={rows} starts={starts} bucket="day" nameOf={() => t.requests} />
        <details>
          <summary>{shared.table}</summary>
          <DataTable
            caption={t.perDay}
            hideCaption
            narrow="scroll"
            columns={[{ title: t.byDay, cell: ({ bucket }) => labels.long(bucket) }, ...numbers]}
            rows={rows}
            keyOf={({ bucket }) => bucket}
          />
        </details>
        <p className="quiet">{t.utc}</p>
      </div>
    </>
  );
}

type Model = Result<'models'>['items'][number];

function ModelTable({ models }: { readonly models: readonly Model[] }) {
  const t = useMessages(overviewMessages);
  const { format } = useLanguage();
  const dollars = (amount: number) => format.money(amount * 1_000_000);
  return (
    <DataTable
      caption={t.models}
      columns={[
        { title: t.model, cell: ({ id }) => id },
        {
          title: t.state,
          cell: ({ healthy, fallback_only }) => (
            <span className="badges">
              <span className={healthy ? 'badge good' : 'badge bad'}>{healthy ? t.healthy : t.unhealthy}</span>
              {fallback_only && <span className="badge">{t.fallback}</span>}
            </span>
          ),
        },
        { title: t.capabilities, cell: ({ capabilities }) => capabilities.join(', ') },
        { title: t.price, cell: ({ price_per_million: { input, output } }) => `${dollars(input)} / ${dollars(output)}`, isNumber: true },
        { title: t.latency, cell: ({ typical_latency_ms }) => t.milliseconds(format.number(typical_latency_ms)), isNumber: true },
      ]}
      rows={models}
      keyOf={({ id }) => id}
    />
  );
}
