import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { production } from '../../manifests/environments/production.ts';
import { preventia } from '../../manifests/environments/reference-preventia.ts';
import { alertGroup } from '../../manifests/monitoring/alerts.ts';
import { describeWithPromtool, promtoolWith } from '../../manifests/monitoring/testing/promtool.ts';
import { knownMetrics } from '../../manifests/prometheus/promql.ts';
import { fencesOf } from '../../scripts/docs/fences.ts';
import { read, root } from './sources.ts';

const { rules } = alertGroup({ ...production, workloads: { ...preventia.workloads, ...production.workloads } });
const folder = 'docs/runbooks';
const notRunbooks = ['README.md', 'contacts.md', 'incident.md'];
const pages = readdirSync(join(root, folder)).filter((page) => !notRunbooks.includes(page));
const pageOf = (url: string) => url.slice(url.lastIndexOf('/') + 1);
const alertsOf = (page: string) => [
  ...new Set(rules.filter(({ annotations }) => pageOf(annotations.runbook_url) === page).map(({ alert }) => alert)),
];
const queriesOf = (page: string) =>
  fencesOf(`${folder}/${page}`)
    .filter(({ language }) => language === 'promql')
    .flatMap(({ text }) => text.split('\n'));

describe('Runbooks', () => {
  test('exist for every alert, and for nothing else', () => {
    expect([...new Set(rules.map(({ annotations }) => pageOf(annotations.runbook_url)))].sort()).toEqual([...pages].sort());
  });

  test.each(pages)('%s names its alerts in its title and in the list of all', (page) => {
    const [title = ''] = read(`${folder}/${page}`).split('\n');
    expect(title.slice('# '.length).split(', ').sort()).toEqual(alertsOf(page).sort());
    expect(read(`${folder}/README.md`)).toContain(`[${title.slice('# '.length)}](${page})`);
  });

  test.each(pages)('%s has a first query, and says how to escalate', (page) => {
    expect(queriesOf(page).length).toBeGreaterThan(0);
    expect(read(`${folder}/${page}`)).toMatch(/## Escalation\n\n.*contacts\.md/);
  });

  test('name only metrics that exist', () => {
    const known = new Set<string>(Object.values(knownMetrics).map(({ name }) => name));
    const names = pages.flatMap((page) => read(`${folder}/${page}`).match(/\binstagram_captions_[a-z_]+[a-z]/g) ?? []);
    const bare = names.map((name) => (known.has(name) ? name : name.replace(/_(?:bucket|count|sum)$/, '')));
    expect(bare.length).toBeGreaterThan(20);
    expect(bare.filter((name) => !known.has(name))).toEqual([]);
  });
});

describeWithPromtool('Runbooks, checked by promtool (skipped if not installed)', () => {
  const queries = pages.flatMap((page) => queriesOf(page).map((expr) => ({ page, expr })));
  const promtool = promtoolWith([
    { name: 'queries', rules: queries.map(({ page, expr }, index) => ({ record: `query:${page.replace('.md', '')}:${index}`, expr })) },
  ]);
  test('have queries that Prometheus parses', () => {
    expect(promtool.check()).toMatchObject({ status: 0, output: expect.stringContaining(`${queries.length} rules found`) });
  });
});
