import { alertNames } from './alert.ts';

/** How Alertmanager groups and repeats notifications. */
export const notificationIntervals = { wait: '30s', interval: '5m', repeat: '4h' } as const;
const groupBy = 'alertname';
/** Labels by which Alertmanager groups alerts; `...` are all: each critical alert is an incident of its own, for which a person is called. */
export const groups = { usual: [groupBy], critical: ['...'] };

/** The routes other than that of warnings, which is the default. */
export const specialRoutes = [
  { severity: 'critical', groupBy: groups.critical, intervals: undefined },
  // A service that watches the heartbeat expects a call at least every ten minutes.
  { severity: 'heartbeat', groupBy: groups.usual, intervals: { wait: '0s', interval: '1m', repeat: '5m' } },
] as const;

export interface Matcher {
  readonly name: string;
  readonly value: string;
}
/** While an alert of `source` fires, those of `targets` with equal labels are not sent: they are consequences. */
interface Inhibition {
  readonly source: readonly Matcher[];
  readonly targets: readonly Matcher[];
  readonly equal: readonly string[];
}
const labelled = (name: string, value: string): Matcher => ({ name, value });
const named = (name: string): Matcher => labelled(groupBy, name);

export const inhibitions: readonly Inhibition[] = [
  { source: [named(alertNames.down)], targets: [labelled('severity', 'warning')], equal: ['service'] },
  { source: [named(alertNames.errors)], targets: [named(alertNames.budget), labelled('objective', 'availability')], equal: ['service'] },
  {
    source: [named(alertNames.dependency), labelled('dependency', 'cache')],
    targets: [named(alertNames.cacheHits)],
    equal: ['service'],
  },
];

/** Slack shows no annotations unless the message names them. */
export const slackMessage = {
  title: '{{ .Status | toUpper }}: {{ .CommonLabels.alertname }}',
  text: '{{ range .Alerts }}{{ .Annotations.summary }}: {{ .Annotations.description }} ({{ .Annotations.contact }})\n{{ .Annotations.runbook_url }}\n{{ end }}',
} as const;
