import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { Notify } from '../environments/alert-receivers.ts';
import { notifyByWebhook } from '../environments/defaults.ts';
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
};

describe('Prometheus', () => {
  const files = prometheusFiles(local);
  const { scrape_configs, alerting, global } = parse(files['prometheus.yml'] ?? '');

  const ours = scrape_configs.filter((job: object) => 'dns_sd_configs' in job);

  test('asks the service every 5 s and everything else every 15 s (guide row OB-09)', () => {
    expect(global.scrape_interval).toBe('15s');
    expect(ours).toMatchObject(['api', 'graphql', 'worker'].map(() => ({ scrape_interval: '5s', metrics_path: '/metrics' })));
    expect(scrape_configs.filter((job: object) => 'scrape_interval' in job)).toEqual(ours);
  });

  test('finds the pods of each role by a name that stands for all of them, as one job', () => {
    expect(ours).toMatchObject(
      ['api', 'graphql', 'worker'].map((component) => ({
        dns_sd_configs: [{ names: [`instagram-captions-${component}-metrics.instagram-captions.svc`], type: 'A', port: 9090 }],
        relabel_configs: [
          { target_label: 'job', replacement: 'instagram-captions' },
          { target_label: 'component', replacement: component },
        ],
      })),
    );
  });

  test('scrapes no store: they speak no HTTP (D-13)', () => {
    const targets = scrape_configs
      .flatMap(({ static_configs = [] }) => static_configs)
      .flatMap(({ targets: each }: { targets: string[] }) => each);
    expect(targets).toEqual(['localhost:9090', 'alertmanager:9093', 'grafana:3000', 'loki:3100', 'alloy:12345']);
    expect(alerting.alertmanagers).toEqual([{ static_configs: [{ targets: ['alertmanager:9093'] }] }]);
  });
});

describe('Alertmanager', () => {
  test('tells those of critical alerts apart, and holds no secret', () => {
    const { route, receivers } = parse(alertmanagerFile(everyWay));
    expect(route).toMatchObject({ receiver: 'warning', routes: [{ receiver: 'critical', matchers: ['severity="critical"'] }] });
    expect(receivers).toMatchObject([
      {
        name: 'critical',
        pagerduty_configs: [{ routing_key_file: '/etc/alertmanager-secrets/ALERT_PAGERDUTY_KEY' }],
        email_configs: [{ auth_password_file: '/etc/alertmanager-secrets/ALERT_SMTP_PASSWORD' }],
      },
      { name: 'warning', slack_configs: [{ channel: '#ops' }, { channel: '#dev' }] },
    ]);
  });

  test('posts to an address that only a file knows', () => {
    const { receivers } = parse(alertmanagerFile(notifyByWebhook));
    expect(receivers[1].webhook_configs).toEqual([{ url_file: '/etc/alertmanager-secrets/ALERT_WEBHOOK_URL', send_resolved: true }]);
  });
});

const installed = (tool: string) => (spawnSync(tool, ['--version']).status === 0 ? test : test.skip);

describe('as their own tools judge them (skipped where these are not installed)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'monitoring-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const judge = (tool: string, args: readonly string[], files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const { status, stdout, stderr } = spawnSync(tool, args, { cwd: folder, encoding: 'utf8' });
    return { status, stdout, output: `${stdout}${stderr}` };
  };

  installed('promtool')('promtool accepts the configuration of Prometheus, its rules included', () => {
    const { status, output } = judge('promtool', ['check', 'config', 'prometheus.yml'], prometheusFiles(local));
    expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
    expect(output).toContain('rules found');
  });

  installed('amtool').each([production.monitoring.notify, everyWay])('amtool accepts the configuration of Alertmanager (%#)', (notify) => {
    const { status, output } = judge('amtool', ['check-config', 'alertmanager.yml'], { 'alertmanager.yml': alertmanagerFile(notify) });
    expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
  });

  installed('amtool')('amtool sends what is critical to its receiver, and all else to the other', () => {
    writeFileSync(join(folder, 'routes.yml'), alertmanagerFile(everyWay));
    const told = (severity: string) =>
      judge('amtool', ['config', 'routes', 'test', '--config.file=routes.yml', `severity=${severity}`], {}).stdout.trim();
    expect([told('critical'), told('warning')]).toEqual(['critical', 'warning']);
  });
});
