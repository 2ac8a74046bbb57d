import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { monitoringSecrets } from '../../contract/monitoring.ts';
import { notifyByWebhook } from '../../manifests/environments/defaults.ts';
import type { Environment } from '../../manifests/environments/environment.ts';
import { alertmanagerFile } from '../../manifests/monitoring/alertmanager-file.ts';
import { ruleGroups } from '../../manifests/monitoring/alerts.ts';
import { scrapeSeconds } from '../../manifests/prometheus/scrape.ts';
import { createServerProcess, findOnPath, freePort, type OwnServer } from './servers.ts';

/** What Alertmanager posts to a webhook. */
export interface Notification {
  readonly receiver: string;
  readonly status: 'firing' | 'resolved';
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly alerts: readonly {
    readonly status: 'firing' | 'resolved';
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

/** A process that Prometheus scrapes. */
interface ScrapedProcess {
  readonly component: string;
  readonly address: string;
}

const unitSeconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const isUnit = (text: string): text is keyof typeof unitSeconds => text in unitSeconds;
/** A duration of Prometheus, divided. */
function divided(text: string, by: number): string {
  const unit = text.slice(-1);
  if (!isUnit(unit)) throw new Error(`${text} is no duration`);
  return `${Math.ceil((Number.parseInt(text, 10) * unitSeconds[unit] * 1000) / by)}ms`;
}

/**
 * Rules and notifications whose windows and intervals are shorter by `factor`, so that a test sees in seconds what takes minutes. Everything
 * else is as it is deployed.
 */
function accelerated(text: string, factor: number): string {
  const shorter = (_: string, before: string, duration: string, after: string) => `${before}${divided(duration, factor)}${after}`;
  return text
    .replaceAll(/(\[)(\d+[smhd])(\])/g, shorter)
    .replaceAll(/((?:for|interval|group_wait|group_interval|repeat_interval): "?)(\d+[smhd])("?$)/gm, shorter);
}

interface StackOptions {
  readonly environment: Environment;
  readonly processes: readonly ScrapedProcess[];
  readonly factor: number;
  /** Writes the past into the folder of Prometheus. */
  readonly history?: (folder: string) => Promise<void>;
  readonly onNotification: (notification: Notification) => void;
}

const prometheus = findOnPath('prometheus');
/** The current one, otherwise Debian's: 0.25, which reads the URL of a webhook from its configuration only. */
const current = findOnPath('alertmanager', `${process.env.PATH}:${join(homedir(), 'go/bin')}`);
const alertmanager = current ?? findOnPath('prometheus-alertmanager');

export const missingPrograms = [
  ...(prometheus === undefined ? ['prometheus'] : []),
  ...(alertmanager === undefined ? ['prometheus-alertmanager'] : []),
];

const launched = (program: string | undefined, args: readonly string[]) => spawn(program ?? '', args, { stdio: 'ignore' });
/** Seconds between two scrapes or evaluations. */
const every = (seconds: number, factor: number) => `${Math.max(1, Math.round(seconds / factor))}s`;
const isReady = (address: string) => async () => (await fetch(`http://${address}/-/ready`).catch(() => undefined))?.ok === true;

/** A real Prometheus and Alertmanager with the configuration of an environment, which deliver to a webhook of this process. */
export async function startAlerting({ environment, processes, factor, history, onNotification }: StackOptions) {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-alerting-'));
  const [prometheusPort, alertmanagerPort] = [await freePort(), await freePort()];
  const webhook = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      onNotification(JSON.parse(body));
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(webhook, 'listening');
  const address = webhook.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const url = `http://127.0.0.1:${address.port}`;
  for (const name of Object.keys(monitoringSecrets)) write(name, url);
  const withFiles = alertmanagerFile(notifyByWebhook, folder);
  const notifications = current === undefined ? withFiles.replaceAll(/url_file: .*/g, `url: ${url}`) : withFiles;
  write('alertmanager.yml', accelerated(notifications, factor));
  write('rules.yml', accelerated(stringify({ groups: ruleGroups(environment) }), factor));
  const job = ({ component, address: target }: ScrapedProcess, index: number) => ({
    job_name: `${component}-${index}`,
    static_configs: [{ targets: [target] }],
    relabel_configs: [
      { target_label: 'job', replacement: environment.names.prefix },
      { target_label: 'component', replacement: component },
    ],
  });
  write(
    'prometheus.yml',
    stringify({
      global: {
        scrape_interval: every(scrapeSeconds.service, factor),
        scrape_timeout: '900ms',
        evaluation_interval: every(scrapeSeconds.others, factor),
      },
      rule_files: ['rules.yml'],
      alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertmanagerPort}`] }] }] },
      scrape_configs: processes.map(job),
    }),
  );
  await history?.(join(folder, 'data'));
  const prometheusAddress = `127.0.0.1:${prometheusPort}`;
  const alertmanagerAddress = `127.0.0.1:${alertmanagerPort}`;
  const servers: OwnServer[] = [
    createServerProcess(`http://${alertmanagerAddress}`, {
      folder,
      port: alertmanagerPort,
      stopSignal: 'SIGKILL',
      launch: () =>
        launched(alertmanager, [
          `--config.file=${folder}/alertmanager.yml`,
          `--storage.path=${folder}/alertmanager`,
          `--web.listen-address=${alertmanagerAddress}`,
          '--cluster.listen-address=',
        ]),
      isReady: isReady(alertmanagerAddress),
    }),
    createServerProcess(`http://${prometheusAddress}`, {
      folder,
      port: prometheusPort,
      stopSignal: 'SIGKILL',
      launch: () =>
        launched(prometheus, [
          `--config.file=${folder}/prometheus.yml`,
          `--storage.tsdb.path=${folder}/data`,
          `--web.listen-address=${prometheusAddress}`,
          `--rules.alert.resend-delay=${divided('1m', factor)}`,
        ]),
      isReady: isReady(prometheusAddress),
    }),
  ];
  for (const server of servers) await server.start();
  return {
    prometheus: `http://${prometheusAddress}`,
    async end() {
      for (const server of servers.reverse()) await server.remove();
      webhook.close();
    },
  };
}
