import type { MonitoringSecretName } from '../../contract/monitoring.ts';
import type { ports } from '../../contract/ports.ts';

export const severities = ['critical', 'warning'] as const;
export type Severity = (typeof severities)[number];

/** A receiver of alert notifications; its credential is in the Secret `names.monitoring`. */
export type Receiver =
  | { readonly kind: 'webhook' }
  | { readonly kind: 'slack'; readonly channel: string }
  | { readonly kind: 'pagerduty' }
  | {
      readonly kind: 'email';
      readonly to: string;
      readonly from: string;
      /** With the one port that the network policies open to mail servers. */
      readonly smarthost: `${string}:${typeof ports.smtp}`;
      readonly user: string;
    };

/** The receivers of the alerts of each severity. */
export type Notify = Readonly<Record<Severity, readonly [Receiver, ...Receiver[]]>>;

/** Key of each receiver's credential. */
export const secretOf = {
  webhook: 'ALERT_WEBHOOK_URL',
  slack: 'ALERT_SLACK_URL',
  pagerduty: 'ALERT_PAGERDUTY_KEY',
  email: 'ALERT_SMTP_PASSWORD',
} as const satisfies Record<Receiver['kind'], MonitoringSecretName>;
