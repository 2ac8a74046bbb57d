/**
 * Keys of the Secret `names.monitoring` that what watches reads (guide rows AL-10, EN-06); they have no default (D-09).
 * Grafana's must exist where it runs; the others where an environment tells somebody in that way.
 */
export const monitoringSecrets = {
  GF_SECURITY_ADMIN_PASSWORD: 'Password of the Grafana user admin',
  ALERT_WEBHOOK_URL: 'Where alerts are posted to',
  ALERT_SLACK_URL: 'Incoming webhook of Slack',
  ALERT_PAGERDUTY_KEY: 'Routing key of PagerDuty',
  ALERT_SMTP_PASSWORD: 'Password of the mail account that alerts are sent from',
} as const;
export type MonitoringSecretName = keyof typeof monitoringSecrets;
