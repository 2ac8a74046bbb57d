import {
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardLinkBuilder,
  DashboardLinkType,
  PanelBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { type Environment, hasNews } from '../environments/environment.ts';
import { appeared, type TargetScope } from '../prometheus/promql.ts';
import type { Dashboard, Panel } from './dashboard.ts';
import { api } from './dashboard-api.ts';
import { data } from './dashboard-data.ts';
import { models } from './dashboard-models.ts';
import { news } from './dashboard-news.ts';
import { overview } from './dashboard-overview.ts';
import { platform } from './dashboard-platform.ts';
import { workers } from './dashboard-workers.ts';
import type { Exporter } from './exporters.ts';

/** Data source of all panels. */
export const dataSource = { type: 'prometheus', uid: 'prometheus' } as const;

const dashboards: readonly Dashboard[] = [overview, api, models, workers, data, news, platform];

/** The dashboards of an environment. */
export const dashboardsOf = (environment: Environment): readonly Dashboard[] =>
  dashboards.filter((each) => each !== news || hasNews(environment));

/** Grafana may have the dashboards of several environments of the cluster. Alerts link to the overview. */
const idOf = ({ namespace }: Environment, dashboard: Dashboard) => (dashboard === overview ? namespace : `${namespace}-${dashboard.name}`);

interface Scope {
  /** The environment's own targets, if its Prometheus has others. */
  readonly targets?: TargetScope;
  /** The exporters that the Prometheus scrapes; default: none. */
  readonly running?: (exporter: Exporter) => boolean;
}
const noExporter = () => false;

/** A line in every panel where processes of another release start. */
const releases = (targets: TargetScope | undefined) =>
  new AnnotationQueryBuilder()
    .name('Releases')
    .datasource(dataSource)
    .enable(true)
    .iconColor('blue')
    .expr(appeared('buildInfo', ['version', 'release']).promql(targets))
    .step('60s')
    .titleFormat('Release {{release}}')
    .textFormat('{{version}}');

function panelOf({ title, unit, queries, emptyWithout }: Panel, position: number, targets: TargetScope | undefined): PanelBuilder {
  const panel = new PanelBuilder()
    .type('timeseries')
    .id(position + 1)
    .title(title)
    .unit(unit)
    .min(0)
    .datasource(dataSource)
    .gridPos({ h: 8, w: 8, x: (position % 3) * 8, y: Math.floor(position / 3) * 8 });
  if (emptyWithout) panel.description(`Empty without ${emptyWithout}.`);
  for (const [index, [legend, { promql }]] of Object.entries(queries).entries()) {
    const refId = String.fromCharCode(65 + index);
    panel.withTarget(new DataqueryBuilder().datasource(dataSource).refId(refId).legendFormat(legend).expr(promql(targets)).range());
  }
  return panel;
}

/** The panels of a dashboard. */
export const panelsOf = (environment: Environment, dashboard: Dashboard, running: (exporter: Exporter) => boolean): readonly Panel[] =>
  dashboard.panels(environment).filter(({ exporter }) => exporter === undefined || running(exporter));

function jsonOf(environment: Environment, dashboard: Dashboard, { targets, running = noExporter }: Scope): string {
  const builder = new DashboardBuilder(`${environment.namespace}: ${dashboard.title}`)
    .uid(idOf(environment, dashboard))
    .tags([environment.namespace])
    .timezone('utc')
    .refresh('30s')
    .time({ from: 'now-3h', to: 'now' })
    .readonly()
    .annotation(releases(targets))
    .link(new DashboardLinkBuilder('Dashboards').type(DashboardLinkType.Dashboards).tags([environment.namespace]).keepTime(true));
  for (const [position, panel] of panelsOf(environment, dashboard, running).entries()) builder.withPanel(panelOf(panel, position, targets));
  return JSON.stringify(builder.build());
}

/** The dashboards as JSON for Grafana, by file name. */
export const dashboardFiles = (environment: Environment, scope: Scope = {}): Readonly<Record<string, string>> =>
  Object.fromEntries(dashboardsOf(environment).map((each) => [`${each.name}.json`, jsonOf(environment, each, scope)]));
