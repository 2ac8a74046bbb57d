import { describe, expect, test } from '@jest/globals';
import { product } from '../../contract/product.ts';
import { production as captions } from '../environments/production.ts';
import { preventia } from '../environments/reference-preventia.ts';
import { staging } from '../environments/staging.ts';
import { knownMetrics } from '../prometheus/promql.ts';
import { dashboard } from './dashboard.ts';

/** Production with the roles of news. */
const production = { ...captions, workloads: { ...preventia.workloads, ...captions.workloads } };

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string; readonly refId: string; readonly legendFormat: string }[];
}
const { uid, panels }: { uid: string; panels: readonly Panel[] } = JSON.parse(dashboard(production));
const queries = panels.flatMap(({ title, targets }) => targets.map(({ expr, legendFormat }) => ({ title, expr, legendFormat })));

describe('the dashboard', () => {
  test('shows the key metrics', () => {
    expect(uid).toBe(product.name);
    const shown = ['Requests', 'Errors', 'Latency', 'Cache hits of captions', 'Queue', 'Busiest process: CPU', 'Largest process: memory'];
    expect(panels.map(({ title }) => title)).toEqual(expect.arrayContaining(shown));
    expect(queries.filter(({ title }) => title === 'Latency').map(({ legendFormat }) => legendFormat)).toEqual(['p50', 'p95', 'p99']);
  });

  test('has panels about news only if the environment fetches news', () => {
    const { panels: without }: { panels: readonly Panel[] } = JSON.parse(dashboard(captions));
    const titles = panels.map(({ title }) => title).filter((title) => title.startsWith('News: '));
    expect(titles).toHaveLength(6);
    expect(without.filter(({ title }) => titles.includes(title))).toEqual([]);
  });

  test('uses only metrics that the service has', () => {
    const names = new Set<string>(
      Object.values(knownMetrics).flatMap(({ name, type }) => (type === 'histogram' ? [`${name}_bucket`] : [name])),
    );
    const used = queries.flatMap(({ expr }) => expr.match(/\b(?:instagram_captions|process|nodejs)_[a-z0-9_]+/g) ?? []);
    expect(used.length).toBeGreaterThanOrEqual(panels.length);
    expect(used.filter((name) => !names.has(name))).toEqual([]);
  });

  test('shows the given targets only, and has an id of its own in each namespace', () => {
    const shop: { panels: readonly Panel[] } = JSON.parse(dashboard(production, { namespace: { is: 'shop' } }));
    for (const { expr } of shop.panels.flatMap(({ targets }) => targets)) {
      const metrics = expr.match(/\b(?:instagram_captions|process|nodejs)_\w+/g) ?? [];
      expect(expr.match(/\{namespace="shop"/g)).toHaveLength(metrics.length);
    }
    expect(JSON.parse(dashboard(staging)).uid).toBe(`${product.name}-staging`);
  });

  test('legends use only labels by which the query is grouped', () => {
    for (const { expr, legendFormat } of queries) {
      const legendLabels = [...legendFormat.matchAll(/{{(\w+)}}/g)].map((match) => match[1]);
      expect({ expr, legendLabels }).toEqual({
        expr,
        legendLabels: /by \(([a-z, ]+)\) \((?!rate\(\w+_bucket)/.exec(expr)?.[1]?.split(', ') ?? [],
      });
    }
  });

  test('panels have different ids and positions', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map(({ gridPos: { x, y } }) => `${x} ${y}`)).size).toBe(panels.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });
});
