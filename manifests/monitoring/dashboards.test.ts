import { describe, expect, test } from '@jest/globals';
import { product } from '../../contract/product.ts';
import { production as captions } from '../environments/production.ts';
import { preventia } from '../environments/reference-preventia.ts';
import { staging } from '../environments/staging.ts';
import { knownMetrics } from '../prometheus/promql.ts';
import { dashboardFiles } from './dashboards.ts';
import { describeWithPromtool, promtoolWith } from './testing/promtool.ts';

/** Production with the roles of news. */
const production = { ...captions, workloads: { ...preventia.workloads, ...captions.workloads } };

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets: readonly { readonly expr: string; readonly refId: string; readonly legendFormat: string }[];
  }[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}
const parsed = (files: Readonly<Record<string, string>>): readonly (readonly [string, Dashboard])[] =>
  Object.entries(files).map(([name, json]) => [name, JSON.parse(json)]);
const all = parsed(dashboardFiles(production, { running: () => true }));
const named = (name: string) => all.find(([file]) => file === `${name}.json`)?.[1];
const queriesOf = ({ panels, annotations }: Dashboard) => [
  ...panels.flatMap(({ targets }) => targets),
  ...annotations.list.map(({ expr }) => ({ expr, legendFormat: '' })),
];

test('The overview shows the key metrics', () => {
  const overview = named('overview');
  const shown = [
    'Requests',
    'Errors',
    'Latency',
    'Cache hits of captions',
    'Queue',
    'Busiest process: CPU',
    'Largest process: memory',
    'Fullest disk',
  ];
  expect(overview?.panels.map(({ title }) => title)).toEqual(expect.arrayContaining(shown));
  const legends = (title: string) =>
    overview?.panels.find((panel) => panel.title === title)?.targets.map(({ legendFormat }) => legendFormat);
  expect(legends('Latency')).toEqual(['p50', 'p95', 'p99']);
  expect(legends('Errors')).toEqual(['5xx', '4xx']);
});

test('Only environments that fetch news have their dashboard', () => {
  expect(Object.keys(dashboardFiles(captions))).toEqual(Object.keys(dashboardFiles(production)).filter((name) => name !== 'news.json'));
});

test('Ids differ between dashboards and environments, and alerts find the overview by the namespace', () => {
  const ids = [...all, ...parsed(dashboardFiles(staging))].map(([, { uid }]) => uid);
  expect(new Set(ids).size).toBe(ids.length);
  expect(named('overview')?.uid).toBe(product.name);
});

describe.each(all)('%s', (_name, dashboard) => {
  test('reads only metrics that the service, the objectives or Prometheus have', () => {
    const names = new Set<string>(
      Object.values(knownMetrics).flatMap(({ name, type }) => (type === 'histogram' ? [`${name}_bucket`] : [name])),
    );
    const used = queriesOf(dashboard).flatMap(({ expr }) => expr.match(/\b(?:instagram_captions|process|nodejs)_[a-z0-9_]+/g) ?? []);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((name) => !names.has(name))).toEqual([]);
  });

  test('marks releases', () => {
    expect(dashboard.annotations.list.map(({ expr }) => expr)).toEqual([expect.stringContaining('build_info')]);
  });

  test('has legends with labels by which the query is grouped', () => {
    for (const { expr, legendFormat } of dashboard.panels.flatMap(({ targets }) => targets)) {
      const labels = [...legendFormat.matchAll(/{{(\w+)}}/g)].map((match) => match[1]);
      const grouped =
        /by \(([a-z, ]+)\)/
          .exec(expr)?.[1]
          ?.split(', ')
          .filter((label) => label !== 'le') ?? [];
      expect({ expr, labels: labels.sort() }).toEqual({ expr, labels: grouped.sort() });
    }
  });

  test('has panels with different ids, titles and positions', () => {
    const { panels } = dashboard;
    for (const values of [
      panels.map(({ id }) => `${id}`),
      panels.map(({ title }) => title),
      panels.map(({ gridPos: { x, y } }) => `${x} ${y}`),
    ])
      expect(new Set(values).size).toBe(panels.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });
});

test('Every query shows the given targets only', () => {
  for (const [, dashboard] of parsed(dashboardFiles(production, { targets: { namespace: { is: 'shop' } } }))) {
    for (const { expr } of queriesOf(dashboard)) {
      const series = expr.match(/\b(?:instagram_captions[_:][\w:]+|process_\w+|nodejs_\w+|up(?=\{))/g) ?? [];
      expect({ expr, scoped: expr.match(/\{[^{}]*namespace="shop"/g)?.length }).toEqual({ expr, scoped: series.length });
    }
  }
});

describeWithPromtool('promtool', () => {
  const queries = all.flatMap(([, dashboard]) => queriesOf(dashboard));
  const promtool = promtoolWith([
    { name: 'dashboards', rules: queries.map(({ expr }, index) => ({ record: `panel:query_${index}:value`, expr })) },
  ]);

  test('parses every query', () => {
    expect(promtool.check()).toEqual({ status: 0, output: expect.stringContaining(`${queries.length} rules found`) });
  });
});
