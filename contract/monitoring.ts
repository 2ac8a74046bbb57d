import { objectiveWindowDays } from './objectives.ts';

/** Days for which the bundled monitoring stores metrics and logs: one more than objectives count, because Prometheus deletes whole blocks. */
export const monitoringRetentionDays = objectiveWindowDays + 1;

/**
 * Keys of the Secret `names.monitoring`, which the monitoring stack reads; none has a default.
 * Grafana requires its password; a receiver of alerts requires its key.
 */
export const monitoringSecrets = {
  GF_SECURITY_ADMIN_PASSWORD: 'Password of the Grafana user admin',
  ALERT_WEBHOOK_URL: 'URL that alerts are posted to',
  ALERT_HEARTBEAT_URL: 'URL that is posted to every five minutes while alerting works; its service notifies when that ends',
  ALERT_SLACK_URL: 'Incoming webhook of Slack',
  ALERT_PAGERDUTY_KEY: 'Routing key of PagerDuty',
  ALERT_SMTP_PASSWORD: 'Password of the mail account that alerts are sent from',
} as const;
export type MonitoringSecretName = keyof typeof monitoringSecrets;
