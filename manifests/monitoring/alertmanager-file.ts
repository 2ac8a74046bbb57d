import { Yaml } from 'cdk8s';
import { type Notify, type Receiver, secretOf, severities } from '../environments/alert-receivers.ts';
import { alertNames, groupBy, notificationIntervals } from './alerts.ts';

/** Mount path of the Secret with credentials. */
export const secretsFolder = '/etc/alertmanager-secrets';

/** A receiver in Alertmanager's configuration; it reads its credential from a file. */
function integration(receiver: Receiver, folder: string): Readonly<Record<string, readonly object[]>> {
  const file = `${folder}/${secretOf[receiver.kind]}`;
  switch (receiver.kind) {
    case 'webhook':
      return { webhook_configs: [{ url_file: file, send_resolved: true }] };
    case 'slack':
      return { slack_configs: [{ api_url_file: file, channel: receiver.channel, send_resolved: true }] };
    case 'pagerduty':
      return { pagerduty_configs: [{ routing_key_file: file, send_resolved: true }] };
    case 'email': {
      const { to, from, smarthost, user } = receiver;
      return { email_configs: [{ to, from, smarthost, auth_username: user, auth_password_file: file, send_resolved: true }] };
    }
  }
}

/** Merges lists with the same name. */
function merged(parts: readonly Readonly<Record<string, readonly object[]>>[]): Record<string, object[]> {
  const all: Record<string, object[]> = {};
  for (const part of parts) for (const [name, list] of Object.entries(part)) all[name] = [...(all[name] ?? []), ...list];
  return all;
}

/** alertmanager.yml: routes critical alerts to their receivers and all others to those of warnings. */
export function alertmanagerFile(notify: Notify, folder = secretsFolder): string {
  return Yaml.stringify({
    route: {
      receiver: 'warning',
      group_by: [groupBy],
      group_wait: notificationIntervals.wait,
      group_interval: notificationIntervals.interval,
      repeat_interval: notificationIntervals.repeat,
      routes: [{ receiver: 'critical', matchers: ['severity="critical"'] }],
    },
    receivers: severities.map((name) => ({ name, ...merged(notify[name].map((receiver) => integration(receiver, folder))) })),
    // If no process is up, all other alerts are consequences.
    inhibit_rules: [{ source_matchers: [`${groupBy}="${alertNames.down}"`], target_matchers: ['severity="warning"'], equal: ['service'] }],
  });
}
