import type { MonitoringSecretName } from '../../contract/monitoring.ts';
import type { ports } from '../../contract/ports.ts';

/** Of an alert. */
export const severities = ['critical', 'warning'] as const;
export type Severity = (typeof severities)[number];

/** A way in which somebody is told (guide row AL-10); what is secret of it stands in the Secret `names.monitoring`. */
export type Receiver =
  | { readonly kind: 'webhook' }
  | { readonly kind: 'slack'; readonly channel: string }
  | { readonly kind: 'pagerduty' }
  | {
      readonly kind: 'email';
      readonly to: string;
      readonly from: string;
      /** On the one port that is open to mail servers. */
      readonly smarthost: `${string}:${typeof ports.smtp}`;
      readonly user: string;
    };

/** The receivers of the alerts of each severity. */
export type Notify = Readonly<Record<Severity, readonly [Receiver, ...Receiver[]]>>;

/** The one secret of each way. */
export const secretOf = {
  webhook: 'ALERT_WEBHOOK_URL',
  slack: 'ALERT_SLACK_URL',
  pagerduty: 'ALERT_PAGERDUTY_KEY',
  email: 'ALERT_SMTP_PASSWORD',
} as const satisfies Record<Receiver['kind'], MonitoringSecretName>;

/** How alerts are gathered before somebody is told, and told again. */
export const notificationIntervals = { wait: '30s', interval: '5m', repeat: '4h' } as const;
/** Alerts of one name are told together. */
export const groupBy = 'alertname';
