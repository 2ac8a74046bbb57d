import { Yaml } from 'cdk8s';
import { type Notify, type Receiver, routes, secretOf } from '../environments/alert-receivers.ts';
import { groups, inhibitions, type Matcher, notificationIntervals, slackMessage, specialRoutes } from './notifications.ts';

/** Mount path of the Secret with credentials. */
export const secretsFolder = '/etc/alertmanager-secrets';

/** A receiver in Alertmanager's configuration; it reads its credential from a file. */
function integration(receiver: Receiver, folder: string): Readonly<Record<string, readonly object[]>> {
  const file = `${folder}/${secretOf[receiver.kind]}`;
  switch (receiver.kind) {
    case 'heartbeat':
      return { webhook_configs: [{ url_file: file, send_resolved: false }] };
    case 'webhook':
      return { webhook_configs: [{ url_file: file, send_resolved: true }] };
    case 'slack':
      return { slack_configs: [{ api_url_file: file, channel: receiver.channel, ...slackMessage, send_resolved: true }] };
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

const quoted = ({ name, value }: Matcher) => `${name}="${value}"`;

/** alertmanager.yml: critical alerts, warnings and the heartbeat each have their receivers. */
export function alertmanagerFile(notify: Notify, folder = secretsFolder): string {
  const { wait, interval, repeat } = notificationIntervals;
  return Yaml.stringify({
    route: {
      receiver: 'warning',
      group_by: groups.usual,
      ...{ group_wait: wait, group_interval: interval, repeat_interval: repeat },
      routes: specialRoutes.map(({ severity, groupBy, intervals }) => ({
        receiver: severity,
        group_by: groupBy,
        matchers: [`severity="${severity}"`],
        ...(intervals && { group_wait: intervals.wait, group_interval: intervals.interval, repeat_interval: intervals.repeat }),
      })),
    },
    receivers: routes.map((name) => ({ name, ...merged(notify[name].map((receiver) => integration(receiver, folder))) })),
    inhibit_rules: inhibitions.map(({ source, targets, equal }) => ({
      source_matchers: source.map(quoted),
      target_matchers: targets.map(quoted),
      equal,
    })),
  });
}
