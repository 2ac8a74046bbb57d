import { AlertmanagerConfig } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/AlertmanagerConfig';

import { commonLabels, monitorLabels } from '../constructs/labels.ts';
import { type Notify, type Receiver, routes, secretOf } from '../environments/alert-receivers.ts';
import type { Environment } from '../environments/environment.ts';
import { groups, inhibitions, type Matcher, notificationIntervals, slackMessage, specialRoutes } from './notifications.ts';

type Spec = NonNullable<NonNullable<ConstructorParameters<typeof AlertmanagerConfig>[0]>['spec']>;
type Receivers = NonNullable<Spec['receivers']>;

const matching = (matcher: Matcher) => ({ ...matcher, matchType: '=' as const });

/** The AlertmanagerConfig for the Prometheus operator, with the same routes as `alertmanagerFile`. */
export function alertmanagerConfigResource(environment: Environment, notify: Notify): AlertmanagerConfig {
  const { wait, interval, repeat } = notificationIntervals;
  return new AlertmanagerConfig({
    metadata: { name: environment.names.prefix, labels: { ...commonLabels(environment), ...monitorLabels(environment) } },
    spec: {
      route: {
        receiver: 'warning',
        groupBy: groups.usual,
        ...{ groupWait: wait, groupInterval: interval, repeatInterval: repeat },
        routes: specialRoutes.map(({ severity, groupBy, intervals }) => ({
          receiver: severity,
          groupBy,
          matchers: [matching({ name: 'severity', value: severity })],
          ...(intervals && { groupWait: intervals.wait, groupInterval: intervals.interval, repeatInterval: intervals.repeat }),
        })),
      },
      receivers: routes.map((name) => receiver(environment, name, notify[name])),
      inhibitRules: inhibitions.map(({ source, targets, equal }) => ({
        sourceMatch: source.map(matching),
        targetMatch: targets.map(matching),
        equal: [...equal],
      })),
    },
  });
}

function receiver({ names }: Environment, name: string, all: readonly Receiver[]): Receivers[number] {
  const secret = (kind: Receiver['kind']) => ({ name: names.monitoring, key: secretOf[kind] });
  const of = <K extends Receiver['kind']>(kind: K) => all.filter((each): each is Extract<Receiver, { kind: K }> => each.kind === kind);
  return {
    name,
    webhookConfigs: [
      ...of('webhook').map(({ kind }) => ({ urlSecret: secret(kind), sendResolved: true })),
      ...of('heartbeat').map(({ kind }) => ({ urlSecret: secret(kind), sendResolved: false })),
    ],
    slackConfigs: of('slack').map(({ kind, channel }) => ({ apiURL: secret(kind), channel, ...slackMessage, sendResolved: true })),
    pagerdutyConfigs: of('pagerduty').map(({ kind }) => ({ routingKey: secret(kind), sendResolved: true })),
    emailConfigs: of('email').map(({ kind, to, from, smarthost, user }) => ({
      ...{ to, from, smarthost, sendResolved: true },
      ...{ authUsername: user, authPassword: secret(kind) },
    })),
  };
}
