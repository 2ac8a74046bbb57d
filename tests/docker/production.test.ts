import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as z from 'zod';
import { monitoringRoleSql } from '../../contract/monitoring.ts';
import { workloadRoles } from '../../contract/roles.ts';
import { exitCodes } from '../../scripts/cli/exit-codes.ts';
import { leyenda, statesOf } from '../services/leyenda.ts';
import { images, releaseOf, run, until, withDocker } from './docker.ts';
import { createSite, generate, host, leftOut, login, type Site, unhealthy } from './site.ts';

const prometheus = async (path: string): Promise<unknown> => (await fetch(`http://127.0.0.1:9090/api/v1/${path}`)).json();
const targetsOf = z.object({
  data: z.object({ activeTargets: z.array(z.object({ health: z.string(), labels: z.object({ component: z.string().optional() }) })) }),
});

const vectorOf = z.object({ data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }) });

const program = join(import.meta.dirname, '../../scripts/leyenda.js');

withDocker('compose.production.yaml by leyenda compose deploy', () => {
  let site: Site;
  beforeAll(() => {
    site = createSite('production');
    site.pin(images.one);
  });
  afterAll(() => site.close());

  /** Runs the command in the folder of the Compose files. */
  async function deploy(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const command = [program, 'compose', 'deploy', 'production', ...args, '--json'];
    const { LEYENDA_IMAGE: _, ...inherited } = process.env;
    try {
      return { exitCode: 0, ...JSON.parse(await run(process.execPath, command, { cwd: site.folder, env: { ...inherited, ...env } })) };
    } catch (error) {
      return JSON.parse(String(Object(error).stdout));
    }
  }
  const serving = async () => JSON.parse((await site.send('/health')).body).release;
  const sets = () => join(site.folder, 'backups/production');
  const backups = () => (existsSync(sets()) ? readdirSync(sets()) : []);

  test('prints the steps in a dry run without a daemon, and starts nothing', async () => {
    const { exitCode, steps } = await deploy(['--dry-run'], { DOCKER_HOST: 'unix:///nowhere/docker.sock' });
    expect([exitCode, steps.map((step: string) => /(pull|backup|up|ps|GET) /.exec(step)?.[1])]).toEqual([
      0,
      ['pull', 'backup', 'up', 'ps', 'GET'],
    ]);
    expect(await site.compose('ps', '--all', '--quiet')).toBe('');
  });

  test('is rejected without a daemon', async () => {
    expect(await deploy([], { DOCKER_HOST: 'unix:///nowhere/docker.sock' })).toMatchObject({ exitCode: exitCodes.rejected });
  });

  test('deploys the first release of an empty host: everything is healthy', async () => {
    expect(await deploy([])).toMatchObject({ exitCode: exitCodes.ok, image: images.one });
    expect([await unhealthy(site), await serving(), backups()]).toEqual([[], releaseOf(images.one), []]);
  });

  test('returns a caption over TLS with the given certificate, and redirects HTTP', async () => {
    expect(await generate(site, await login(site, true), true)).not.toBe('');
    const { status, headers } = await site.send('/api/v1/docs?a=b', { tls: false });
    expect([status, headers.location]).toEqual([301, `https://${host}/api/v1/docs?a=b`]);
    await expect(site.send('/', { name: 'api.other.example' })).rejects.toThrow();
  });

  test('rejects too many logins at the edge, as a problem document', async () => {
    const attempt = () => site.send('/auth/login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' });
    const answers = await Promise.all(Array.from({ length: 6 }, attempt));
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(0);
    for (const { headers, body } of limited) {
      expect(headers['content-type']).toBe('application/problem+json');
      // The service's own limit sends RateLimit headers.
      expect(headers).not.toHaveProperty('ratelimit');
      expect(JSON.parse(body)).toMatchObject({ code: 'rate_limited' });
    }
  });

  test('is watched by Prometheus and Alertmanager, which reach every role and the exporters of its stores', async () => {
    execFileSync('sh', ['compose/secrets.sh', 'monitoring'], { cwd: site.folder, stdio: 'ignore' });
    for (const name of ['ALERT_WEBHOOK_URL', 'ALERT_HEARTBEAT_URL', 'ALERT_SLACK_URL', 'ALERT_PAGERDUTY_KEY'])
      execFileSync('sh', ['-c', `[ -e ${name} ] || echo https://example.com/x > ${name}`], {
        cwd: join(site.folder, '.secrets/monitoring'),
      });
    const exporters = ['node-exporter', 'postgres-exporter', 'redis-exporter'];
    const services = ['prometheus', 'alertmanager', 'grafana', ...exporters].filter((name) => !leftOut.includes(name));
    await site.compose('--file', 'compose.monitoring.yaml', 'up', '--detach', '--wait', '--no-recreate', ...services);
    const targets = async () =>
      targetsOf.parse(await prometheus('targets?state=active')).data.activeTargets.filter(({ labels }) => labels.component !== undefined);
    const up = await until('targets', targets, (all) => all.length >= 10 && all.every(({ health }) => health === 'up'));
    expect([...new Set(up.map(({ labels }) => labels.component))].sort()).toEqual([...workloadRoles].sort());
    const password = readFileSync(join(site.folder, '.secrets/monitoring/POSTGRES_MONITORING_PASSWORD'), 'utf8').trim();
    const psql = 'printf %s "$0" | psql --username captions --set password="$1"';
    await site.compose('exec', '-T', 'postgres', 'sh', '-c', psql, monitoringRoleSql, password);
    const stores = async () => {
      const query = encodeURIComponent('min(up{job=~".+-exporter"}) * min(pg_up) * min(redis_up)');
      return vectorOf.parse(await prometheus(`query?query=${query}`)).data.result.map(({ value }) => value[1]);
    };
    expect(await until('exporters', stores, (values) => values[0] === '1')).toEqual(['1']);
    expect(await prometheus('rules')).toMatchObject({ data: { groups: expect.arrayContaining([expect.any(Object)]) } });
    expect(await prometheus('alertmanagers')).toMatchObject({ data: { activeAlertmanagers: [expect.any(Object)] } });
    expect((await fetch('http://127.0.0.1:9093/-/ready')).status).toBe(200);
  });

  test('keeps its metrics in the volume when the container of Prometheus is replaced', async () => {
    const id = await site.compose('--file', 'compose.monitoring.yaml', 'ps', '--quiet', 'prometheus');
    const samples = async (seconds: number) =>
      vectorOf.parse(await prometheus(`query?query=up&time=${seconds}`)).data.result.map(({ value }) => value[1]);
    const before = Date.now() / 1000;
    const stored = await samples(before);
    expect(stored.length).toBeGreaterThan(10);
    const up = ['--file', 'compose.monitoring.yaml', 'up', '--detach', '--wait', '--no-deps', '--force-recreate', 'prometheus'];
    await site.compose(...up);
    expect(await site.compose('--file', 'compose.monitoring.yaml', 'ps', '--quiet', 'prometheus')).not.toBe(id);
    expect(await samples(before)).toHaveLength(stored.length);
  });

  test('deploys the next release after a verified backup', async () => {
    expect(await deploy([images.two])).toMatchObject({ exitCode: exitCodes.ok });
    expect([await unhealthy(site), await serving()]).toEqual([[], releaseOf(images.two)]);
    const [id = ''] = backups();
    const { parts, tables } = JSON.parse(readFileSync(join(sets(), id, 'manifest.json'), 'utf8'));
    expect(parts).toHaveLength(3);
    expect(tables).toContainEqual(expect.objectContaining({ name: 'public.users', rows: 1 }));
  });

  test('leaves the monitoring running', async () => {
    expect(await prometheus('alertmanagers')).toMatchObject({ data: { activeAlertmanagers: [expect.any(Object)] } });
  });

  test('passes validate, preflight, postflight and slo', async () => {
    // The proxy may still limit logins.
    const headers = await until(
      'login',
      () => login(site, true).catch(() => undefined),
      (found) => found !== undefined,
    );
    const { Authorization = '' } = headers ?? {};
    const { DOCKER_HOST, DOCKER_CONFIG } = process.env;
    const env = {
      DOCKER_HOST,
      DOCKER_CONFIG,
      LEYENDA_API_KEY: Authorization.replace('Bearer ', ''),
      NODE_EXTRA_CA_CERTS: join(site.folder, 'certificate.pem'),
    };
    const command = (...argv: readonly string[]) => leyenda(argv, env, site.folder);
    const monitoring = ['--prometheus', 'http://127.0.0.1:9090'];
    expect(await command('validate', 'https://127.0.0.1', '--host', host)).toMatchObject({ exitCode: exitCodes.ok });

    const report = await command('load', 'https://127.0.0.1', '--host', host, '--rate', '5', '--seconds', '5');
    expect(report.document).toMatchObject({ target: 'https://127.0.0.1' });
    writeFileSync(join(site.folder, 'load.json'), JSON.stringify(report.document));
    const before = await command('preflight', 'production', '--compose', ...monitoring, '--load-report', 'load.json');
    expect(statesOf(before.items)).toEqual({
      variables: 'ok',
      certificate: 'ok',
      keys: 'ok',
      database: 'ok',
      monitoring: 'ok',
      backups: 'ok',
      firewall: expect.stringMatching(/^(ok|not checkable)$/),
      load: report.exitCode === exitCodes.ok ? 'ok' : 'failed',
    });

    const slo = await until(
      'objectives',
      () => command('slo', ...monitoring),
      ({ document }) => document.objectives?.some(({ name, measured }) => name === 'availability' && measured !== null) === true,
    );
    const alerts = z.object({
      data: z.object({ alerts: z.array(z.object({ state: z.string(), labels: z.object({ alertname: z.string() }) })) }),
    });
    const { data } = alerts.parse(await prometheus('alerts'));
    const firing = data.alerts.filter(({ state, labels }) => state === 'firing' && labels.alertname !== 'Watchdog');
    const hasGrafana = !leftOut.includes('grafana');
    const after = await command(
      'postflight',
      'production',
      '--compose',
      ...monitoring,
      ...(hasGrafana ? ['--grafana', 'http://127.0.0.1:3001'] : []),
    );
    expect(statesOf(after.items)).toEqual({
      health: 'ok',
      metrics: 'ok',
      dashboards: hasGrafana ? 'ok' : 'not checkable',
      alerts: firing.length === 0 ? 'ok' : 'failed',
      logs: 'ok',
      objectives: slo.exitCode === exitCodes.ok ? 'ok' : 'failed',
      security: 'ok',
      documentation: 'ok',
    });
  });

  test('is restored with its users, and the former database is kept', async () => {
    const psql = (text: string) => site.compose('exec', '-T', 'postgres', 'psql', '-U', 'captions', '-At', '-c', text);
    const [id = ''] = backups();
    await psql("update users set username = 'changed'");
    const restored = JSON.parse(
      await run(process.execPath, [program, 'restore', 'production', id, '--json'], {
        cwd: site.folder,
        env: { ...process.env, LEYENDA_IMAGE: images.two },
      }),
    );
    expect(restored.former).toMatch(/^captions_before_/);
    expect([await unhealthy(site), (await psql('select username from users')).trim()]).toEqual([[], 'admin']);
    expect(await psql('select datname from pg_database')).toContain(restored.former);
  });

  test('rolls a release back whose API ends at once, and serves the previous one', async () => {
    const { exitCode, error } = await deploy([images.crash]);
    expect([exitCode, error]).toEqual([exitCodes.rolledBack, expect.stringContaining(`rolled back to ${images.two}`)]);
    expect([await unhealthy(site), await serving()]).toEqual([[], releaseOf(images.two)]);
    expect(
      await generate(
        site,
        (await until(
          'login',
          () => login(site, true).catch(() => undefined),
          (headers) => headers !== undefined,
        )) ?? {},
        true,
      ),
    ).not.toBe('');
  });
});
