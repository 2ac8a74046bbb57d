import { names } from '../../contract/product.ts';
import { gauge, type TargetScope } from '../../manifests/prometheus/promql.ts';
import type { PrometheusApi } from '../prometheus/query.ts';
import { measureObjectives } from '../slo/measure.ts';
import { isRecord, listAt, textAt } from '../values/json.ts';
import { failed, NotCheckable } from './checklist.ts';

/** Access to a Prometheus; undefined: none was named. */
export interface Monitored {
  readonly api: PrometheusApi | undefined;
  /** Labels of the environment's series. */
  readonly scope: TargetScope | undefined;
  /** Value of the label job; default: the product's. */
  readonly job?: string;
  readonly signal: AbortSignal;
}

const installRemedy = 'load the rules of the product: docs/observability.md';

function apiOf({ api }: Monitored): PrometheusApi {
  if (api === undefined) throw new NotCheckable('pass --prometheus URL');
  return api;
}

async function read(monitored: Monitored, path: string): Promise<unknown> {
  const { status, body } = await apiOf(monitored)(path, monitored.signal);
  if (status !== 200 || textAt(body, 'status') !== 'success')
    throw failed(`Prometheus returned ${status} for ${path}`, 'check its address and its log');
  return body;
}

/** Prometheus answers and sends alerts to an Alertmanager. */
export async function monitoringDetail(monitored: Monitored): Promise<string> {
  const active = listAt(await read(monitored, '/api/v1/alertmanagers'), 'data', 'activeAlertmanagers');
  if (active.length === 0)
    throw failed('Prometheus sends alerts to no Alertmanager: no person is notified', 'configure "alerting": docs/observability.md#alerts');
  return `Prometheus answers, and sends alerts to ${active.length} Alertmanager`;
}

/** Every target of the service is scraped. */
export async function targetsDetail(monitored: Monitored): Promise<string> {
  const { job = names.prefix, scope } = monitored;
  const query = encodeURIComponent(gauge('up', { job: { is: job } }).promql(scope));
  const targets = listAt(await read(monitored, `/api/v1/query?query=${query}`), 'data', 'result').filter(isRecord);
  const down = targets.filter((target) => listAt(target, 'value')[1] !== '1').map((target) => textAt(target, 'metric', 'instance') ?? '?');
  if (targets.length === 0) throw failed(`Prometheus has no target with the job ${job}`, 'add it: docs/observability.md');
  if (down.length > 0) throw failed(`Prometheus cannot scrape ${down.join(', ')}`, 'see docs/runbooks/down.md');
  return `Prometheus scrapes ${targets.length} processes`;
}

/** Whether a rule is of these targets: a Prometheus of several environments has the rules of each, with the label of its namespace. */
const isInScope = (rule: unknown, scope: TargetScope = {}): boolean =>
  Object.entries(scope).every(([label, matcher]) => !('is' in matcher) || textAt(rule, 'labels', label) === matcher.is);
const namesOf = (rules: readonly unknown[]) => [...new Set(rules.map((rule) => textAt(rule, 'name') ?? ''))];

/** All alerts of the product are loaded and evaluated, and none fires but those that always do. */
export async function alertsDetail(monitored: Monitored, expected: readonly string[], alwaysFiring: readonly string[]): Promise<string> {
  const groups = listAt(await read(monitored, '/api/v1/rules?type=alert'), 'data', 'groups');
  const rules = groups
    .flatMap((group) => listAt(group, 'rules'))
    .filter((rule) => expected.includes(textAt(rule, 'name') ?? '') && isInScope(rule, monitored.scope));
  const loaded = namesOf(rules);
  const missing = [...new Set(expected)].filter((name) => !loaded.includes(name));
  if (missing.length > 0) throw failed(`Prometheus has no alert ${missing.slice(0, 3).join(', ')}`, installRemedy);
  const broken = rules.filter((rule) => textAt(rule, 'health') !== 'ok');
  if (broken.length > 0) {
    const cause = broken.map((rule) => textAt(rule, 'lastError')).find((text) => text !== undefined && text !== '') ?? 'not evaluated yet';
    throw failed(`Prometheus cannot evaluate ${namesOf(broken).join(', ')}: ${cause}`, 'see /rules of Prometheus');
  }
  const firing = namesOf(rules.filter((rule) => textAt(rule, 'state') === 'firing'));
  const silent = alwaysFiring.filter((name) => loaded.includes(name) && !firing.includes(name));
  if (silent.length > 0) throw failed(`${silent.join(', ')} does not fire: alerting does not work`, 'docs/runbooks/watchdog.md');
  const wrong = firing.filter((name) => !alwaysFiring.includes(name));
  if (wrong.length > 0) throw failed(`firing: ${wrong.join(', ')}`, 'open the runbook of each: docs/runbooks/README.md');
  return `${loaded.length} alerts are loaded, and none fires${alwaysFiring.length > 0 ? ` but ${alwaysFiring.join(', ')}` : ''}`;
}

/** No objective has overdrawn its error budget. */
export async function objectivesDetail(monitored: Monitored): Promise<string> {
  const { objectives, recordedDays } = await measureObjectives(
    apiOf(monitored),
    monitored.scope,
    Math.floor(Date.now() / 1000),
    monitored.signal,
  );
  const measured = objectives.flatMap(({ name, budgetLeft }) => (budgetLeft === null ? [] : [{ name, percent: budgetLeft.percent }]));
  if (measured.length === 0) throw new NotCheckable('Prometheus recorded no requests yet; leyenda slo measures them later');
  const missed = measured.filter(({ percent }) => percent < 0).map(({ name }) => name);
  if (missed.length > 0) throw failed(`missed: ${missed.join(', ')}`, 'leyenda slo shows since when; docs/runbooks/budget.md');
  return `${measured.length} objectives are met over ${recordedDays.toFixed(1)} days`;
}
