import type { MonitoringSecretName } from '../../contract/monitoring.ts';
import type { ports } from '../../contract/ports.ts';

export const severities = ['critical', 'warning'] as const;
export type Severity = (typeof severities)[number];

/** A receiver of alert notifications; its credential is in the Secret `names.monitoring`. */
export type Receiver =
  | { readonly kind: 'webhook' }
  /** A service that notifies when its URL is not called any more. */
  | { readonly kind: 'heartbeat' }
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

type Receivers = readonly [Receiver, ...Receiver[]];
/** The receivers of the alerts of each severity, and of the heartbeat, which fires always. */
export type Notify = Readonly<Record<Severity | 'heartbeat', Receivers>>;
export const routes = [...severities, 'heartbeat'] as const;

/** Key of each receiver's credential. */
export const secretOf = {
  webhook: 'ALERT_WEBHOOK_URL',
  heartbeat: 'ALERT_HEARTBEAT_URL',
  slack: 'ALERT_SLACK_URL',
  pagerduty: 'ALERT_PAGERDUTY_KEY',
  email: 'ALERT_SMTP_PASSWORD',
} as const satisfies Record<Receiver['kind'], MonitoringSecretName>;
