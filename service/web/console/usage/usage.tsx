import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { formatCsv } from '../../../csv/write-csv.ts';
import { type UsageGroup, usageGroups } from '../../../usage/buckets.ts';
import { client } from '../../api/client.ts';
import { Loaded } from '../../data/loaded.tsx';
import { dataMessages } from '../../data/messages.ts';
import { useNames } from '../../data/names.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { Choice } from '../../ui/choice.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { download } from '../../ui/download.ts';
import { Select } from '../../ui/field.tsx';
import { bucketLabels } from './labels.ts';
import { usageMessages } from './messages.ts';
import {
  bucketStarts,
  type Measure,
  type Range,
  rangeStart,
  ranges,
  type Totals,
  totalsOf,
  type UsageBucket,
  type UsageRow,
} from './series.ts';
import { UsageChart } from './usage-chart.tsx';

type Grouping = UsageGroup | 'none';
interface Settings {
  readonly range: Range;
  readonly bucket: UsageBucket;
  readonly group: Grouping;
}

const shownMeasures: readonly Measure[] = ['requests', 'tokens', 'cost'];

function useUsage({ range, bucket, group }: Settings) {
  return useQuery({
    queryKey: ['usage', range, bucket, group],
    queryFn: async ({ signal }) => {
      const query = { from: rangeStart(range, bucket, Date.now()), bucket, group_by: group === 'none' ? undefined : group };
      const { items, from, to } = await client.call('usage', { query, signal });
      return { rows: items, starts: bucketStarts(from, to, bucket) };
    },
  });
}

/** The name of a group for people. */
export function useGroupNames(group: Grouping) {
  const t = useMessages(usageMessages);
  const names = useNames();
  return (value: string | null | undefined): string => {
    if (value === undefined) return t.others;
    if (group === 'none') return t.all;
    if (value === null) return group === 'client' ? t.noClient : t.deleted;
    return (group === 'key' ? names(value) : undefined) ?? value;
  };
}

/** Columns of the numbers of usage. */
export function useNumberColumns<T extends Totals>(): Column<T>[] {
  const t = useMessages(usageMessages);
  const { format } = useLanguage();
  const column = (title: string, text: (row: T) => string): Column<T> => ({ title, cell: text, isNumber: true });
  return [
    column(t.requests, (row) => format.number(row.requests)),
    column(t.cached, (row) => format.number(row.cached)),
    column(t.inputTokens, (row) => format.number(row.prompt_tokens)),
    column(t.outputTokens, (row) => format.number(row.completion_tokens)),
    column(t.cost, (row) => format.money(row.cost_micros)),
  ];
}

const csvOf = (rows: readonly UsageRow[], nameOf: (group: string | null) => string): string =>
  formatCsv([
    ['bucket', 'group', 'requests', 'cached', 'prompt_tokens', 'completion_tokens', 'cost_usd'],
    ...rows.map((row) => [
      row.bucket,
      nameOf(row.group),
      row.requests,
      row.cached,
      row.prompt_tokens,
      row.completion_tokens,
      row.cost_micros / 1_000_000,
    ]),
  ]);

/** Requests, tokens and cost over time. */
export function Usage() {
  const t = useMessages(usageMessages);
  const [settings, setSettings] = useState<Settings>({ range: 'week', bucket: 'day', group: 'none' });
  const query = useUsage(settings);
  const bucketNames = { hour: t.byHour, day: t.byDay, month: t.byMonth };
  const buckets: readonly UsageBucket[] = ranges[settings.range].buckets;
  return (
    <>
      <Choice
        label={t.range}
        value={settings.range}
        options={{ day: t.day, week: t.week, month: t.month, quarter: t.quarter }}
        onChange={(range) => setSettings({ ...settings, range, bucket: ranges[range].buckets[0] })}
      />
      <div className="filters">
        {buckets.length > 1 && (
          <Select<string>
            label={t.bucket}
            value={settings.bucket}
            options={Object.fromEntries(buckets.map((bucket) => [bucket, bucketNames[bucket]]))}
            onChange={(value) => setSettings({ ...settings, bucket: buckets.find((bucket) => bucket === value) ?? settings.bucket })}
          />
        )}
        <Select<string>
          label={t.groupBy}
          value={settings.group}
          options={{ none: t.none, key: t.key, model: t.model, client: t.client, operation: t.operation }}
          onChange={(group) => setSettings({ ...settings, group: usageGroups.find((each) => each === group) ?? 'none' })}
        />
      </div>
      <Loaded query={query}>
        {({ rows, starts }) =>
          rows.length === 0 ? <div className="empty">{t.empty}</div> : <Report {...settings} rows={rows} starts={starts} />
        }
      </Loaded>
    </>
  );
}

interface ReportProps extends Settings {
  readonly rows: readonly UsageRow[];
  readonly starts: readonly string[];
}

function Report({ rows, starts, bucket, group }: ReportProps) {
  const t = useMessages(usageMessages);
  const shared = useMessages(dataMessages);
  const { language } = useLanguage();
  const nameOf = useGroupNames(group);
  const numbers = useNumberColumns<UsageRow>();
  const totalNumbers = useNumberColumns<Totals & { name: string }>();
  const labels = bucketLabels(language, bucket);
  const time: Column<UsageRow> = { title: t.time, cell: (row) => labels.long(row.bucket) };
  const groupColumn: Column<UsageRow> = { title: t.group, cell: (row) => nameOf(row.group) };
  const totals = [...Map.groupBy(rows, (row) => row.group)].map(([each, members]) => ({ name: nameOf(each), ...totalsOf(members) }));
  totals.sort((a, b) => b.requests - a.requests);
  return (
    <>
      <div className="card">
        <DataTable
          caption={t.totals}
          narrow="scroll"
          columns={[{ title: t.group, cell: ({ name }) => name }, ...totalNumbers]}
          rows={totals}
          keyOf={({ name }) => name}
        />
      </div>
      <div className="charts">
        {shownMeasures.map((measure) => (
          <div className="card" key={measure}>
            <UsageChart measure={measure} rows={rows} starts={starts} bucket={bucket} nameOf={nameOf} />
          </div>
        ))}
      </div>
      <details>
        <summary>{shared.table}</summary>
        <DataTable
          caption={t.byTime}
          hideCaption
          narrow="scroll"
          columns={group === 'none' ? [time, ...numbers] : [time, groupColumn, ...numbers]}
          rows={rows}
          keyOf={(row) => `${row.bucket} ${row.group}`}
        />
      </details>
      <div className="row">
        <button type="button" onClick={() => download('usage.csv', 'text/csv', csvOf(rows, nameOf))}>
          {t.download}
        </button>
        <p className="quiet">{t.utc}</p>
      </div>
    </>
  );
}
