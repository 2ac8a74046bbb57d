import { AlertmanagerConfig } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/AlertmanagerConfig';

import { commonLabels, monitorLabels } from '../constructs/labels.ts';
import { type Notify, type Receiver, secretOf, severities } from '../environments/alert-receivers.ts';
import type { Environment } from '../environments/environment.ts';
import { alertNames, groupBy, notificationIntervals } from './alerts.ts';

type Spec = NonNullable<NonNullable<ConstructorParameters<typeof AlertmanagerConfig>[0]>['spec']>;
type Receivers = NonNullable<Spec['receivers']>;

/** The AlertmanagerConfig for the Prometheus operator, with the same routes as `alertmanagerFile`. */
export function alertmanagerConfigResource(environment: Environment, notify: Notify): AlertmanagerConfig {
  return new AlertmanagerConfig({
    metadata: { name: environment.names.prefix, labels: { ...commonLabels(environment), ...monitorLabels(environment) } },
    spec: {
      route: {
        receiver: 'warning',
        groupBy: [groupBy],
        groupWait: notificationIntervals.wait,
        groupInterval: notificationIntervals.interval,
        repeatInterval: notificationIntervals.repeat,
        routes: [{ receiver: 'critical', matchers: [{ name: 'severity', value: 'critical', matchType: '=' }] }],
      },
      receivers: severities.map((name) => receiver(environment, name, notify[name])),
      inhibitRules: [
        {
          sourceMatch: [{ name: groupBy, value: alertNames.down, matchType: '=' }],
          targetMatch: [{ name: 'severity', value: 'warning', matchType: '=' }],
          equal: ['service'],
        },
      ],
    },
  });
}

function receiver({ names }: Environment, name: string, all: readonly Receiver[]): Receivers[number] {
  const secret = (kind: Receiver['kind']) => ({ name: names.monitoring, key: secretOf[kind] });
  const of = <K extends Receiver['kind']>(kind: K) => all.filter((each): each is Extract<Receiver, { kind: K }> => each.kind === kind);
  return {
    name,
    webhookConfigs: of('webhook').map(({ kind }) => ({ urlSecret: secret(kind), sendResolved: true })),
    slackConfigs: of('slack').map(({ kind, channel }) => ({ apiURL: secret(kind), channel, sendResolved: true })),
    pagerdutyConfigs: of('pagerduty').map(({ kind }) => ({ routingKey: secret(kind), sendResolved: true })),
    emailConfigs: of('email').map(({ kind, to, from, smarthost, user }) => ({
      ...{ to, from, smarthost, sendResolved: true },
      ...{ authUsername: user, authPassword: secret(kind) },
    })),
  };
}
