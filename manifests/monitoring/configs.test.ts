import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { product } from '../../contract/product.ts';
import { workloadRoles } from '../../contract/roles.ts';
import type { Notify } from '../environments/alert-receivers.ts';
import { heartbeat, notifyByWebhook } from '../environments/defaults.ts';
import { local } from '../environments/local.ts';
import { production } from '../environments/production.ts';
import { alertmanagerFile } from './alertmanager-file.ts';
import { prometheusFiles } from './prometheus.ts';

const everyWay: Notify = {
  critical: [
    { kind: 'pagerduty' },
    { kind: 'email', to: 'ops@example.org', from: 'alerts@example.org', smarthost: 'smtp.example.org:587', user: 'alerts' },
  ],
  warning: [
    { kind: 'slack', channel: '#ops' },
    { kind: 'slack', channel: '#dev' },
  ],
  heartbeat,
};

describe('Prometheus', () => {
  const files = prometheusFiles(local);
  const { scrape_configs, alerting, global } = parse(files['prometheus.yml'] ?? '');

  const serviceJobs = scrape_configs.filter((job: object) => 'dns_sd_configs' in job);

  test('scrapes the service every 5 s and everything else every 15 s', () => {
    expect(global.scrape_interval).toBe('15s');
    expect(serviceJobs).toMatchObject(workloadRoles.map(() => ({ scrape_interval: '5s', metrics_path: '/metrics' })));
    expect(scrape_configs.filter((job: object) => 'scrape_interval' in job)).toEqual(serviceJobs);
  });

  test('discovers all pods of a role by one DNS name, as one job', () => {
    expect(serviceJobs).toMatchObject(
      workloadRoles.map((component) => ({
        dns_sd_configs: [{ names: [`${product.name}-${component}-metrics.${product.name}.svc`], type: 'A', port: 9090 }],
        relabel_configs: [
          { target_label: 'job', replacement: product.name },
          { target_label: 'component', replacement: component },
        ],
      })),
    );
  });

  test('scrapes the monitoring stack, and the stores by their exporters', () => {
    const targets = scrape_configs
      .flatMap(({ static_configs = [] }) => static_configs)
      .flatMap(({ targets: each }: { targets: string[] }) => each);
    expect(targets).toEqual([
      ...['localhost:9090', 'alertmanager:9093', 'grafana:3000', 'loki:3100', 'alloy:12345'],
      ...['node-exporter:9100', 'postgres-exporter:9187', 'redis-exporter:9121'],
    ]);
    expect(alerting.alertmanagers).toEqual([{ static_configs: [{ targets: ['alertmanager:9093'] }] }]);
  });
});

describe('Alertmanager', () => {
  test('routes critical alerts to their receivers, and contains no secrets', () => {
    const { route, receivers } = parse(alertmanagerFile(everyWay));
    expect(route).toMatchObject({
      receiver: 'warning',
      routes: [
        { receiver: 'critical', matchers: ['severity="critical"'] },
        { receiver: 'heartbeat', matchers: ['severity="heartbeat"'], repeat_interval: '5m' },
      ],
    });
    expect(receivers).toMatchObject([
      {
        name: 'critical',
        pagerduty_configs: [{ routing_key_file: '/etc/alertmanager-secrets/ALERT_PAGERDUTY_KEY' }],
        email_configs: [{ auth_password_file: '/etc/alertmanager-secrets/ALERT_SMTP_PASSWORD' }],
      },
      { name: 'warning', slack_configs: [{ channel: '#ops' }, { channel: '#dev' }] },
      { name: 'heartbeat', webhook_configs: [{ url_file: '/etc/alertmanager-secrets/ALERT_HEARTBEAT_URL', send_resolved: false }] },
    ]);
  });

  test('reads the URL of a webhook from a file', () => {
    const { receivers } = parse(alertmanagerFile(notifyByWebhook));
    expect(receivers[1].webhook_configs).toEqual([{ url_file: '/etc/alertmanager-secrets/ALERT_WEBHOOK_URL', send_resolved: true }]);
  });
});

/** Alertmanager 0.25, which distributions have, reads URLs of webhooks from its configuration only. */
const withUrls = (text: string) => text.replaceAll(/(?<=\s)url_file: .*/g, 'url: https://example.org/hook');

const installed = (tool: string) => (spawnSync(tool, ['--version']).status === 0 ? test : test.skip);

describe('checked by their own tools (skipped if not installed)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'monitoring-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const check = (tool: string, args: readonly string[], files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const { status, stdout, stderr } = spawnSync(tool, args, { cwd: folder, encoding: 'utf8' });
    return { status, stdout, output: `${stdout}${stderr}` };
  };

  installed('promtool')('promtool accepts the configuration of Prometheus, its rules included', () => {
    const { status, output } = check('promtool', ['check', 'config', 'prometheus.yml'], prometheusFiles(local));
    expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
    expect(output).toContain('rules found');
  });

  installed('amtool').each([production.monitoring.notify, everyWay])('amtool accepts the configuration of Alertmanager (%#)', (notify) => {
    const { status, output } = check('amtool', ['check-config', 'alertmanager.yml'], {
      'alertmanager.yml': withUrls(alertmanagerFile(notify)),
    });
    expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
  });

  installed('amtool')('amtool routes critical alerts to their receiver, and all others to the default', () => {
    writeFileSync(join(folder, 'routes.yml'), withUrls(alertmanagerFile(everyWay)));
    const receiverOf = (severity: string) =>
      check('amtool', ['config', 'routes', 'test', '--config.file=routes.yml', `severity=${severity}`], {}).stdout.trim();
    expect(['critical', 'warning', 'heartbeat'].map(receiverOf)).toEqual(['critical', 'warning', 'heartbeat']);
  });
});
