import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { silentOutput } from '../cli/testing/silent-output.ts';
import { deployWithCompose } from './deploy.ts';
import { composeTarget } from './target.ts';

const digest = (digit: string) => `ghcr.io/example/api@sha256:${digit.repeat(64)}`;
const newImage = digest('a');
const container = (service: string, rest: object = {}) => ({
  Service: service,
  Image: digest('b'),
  State: 'running',
  Health: 'healthy',
  ExitCode: 0,
  ...rest,
});
const healthy = [container('postgres'), container('api'), container('migrate', { State: 'exited', Health: '' })];
const releaseOf = (image: string) => image.split('@sha256:')[1]?.slice(0, 12);

/**
 * A program `docker` that records its calls. An action fails for the new image, or for every image (`alwaysFails`). It prints containers
 * before `up`, after `up` of the new image, and of another one.
 */
function folderWith(scene: {
  fails?: string;
  alwaysFails?: string;
  error?: string;
  before?: readonly object[];
  after?: readonly object[];
  dump?: string;
  recipient?: string;
}) {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-'));
  const lines = (containers: readonly object[]) => containers.map((one) => JSON.stringify(one)).join('\n');
  writeFileSync(join(folder, 'before'), lines(scene.before ?? []));
  writeFileSync(join(folder, 'after'), lines(scene.after ?? healthy));
  writeFileSync(join(folder, 'restored'), lines(healthy));
  writeFileSync(join(folder, 'dump'), scene.dump ?? 'PGDMP');
  const program = `#!/bin/sh
action="$6"
echo "$LEYENDA_IMAGE $LEYENDA_RELEASE $*" >> calls
fail() { echo "${scene.error ?? 'no space left'}" >&2; exit 1; }
if [ "$action" = "${scene.alwaysFails ?? ''}" ]; then fail; fi
if [ "$action $LEYENDA_IMAGE" = "${scene.fails ?? ''} ${newImage}" ]; then fail; fi
case "$action" in
  ps) if [ ! -e up ]; then cat before; elif [ "$(cat up)" = "${newImage}" ]; then cat after; else cat restored; fi ;;
  up) echo "$LEYENDA_IMAGE" > up ;;
  exec)
    while [ "$1" != postgres ]; do shift; done
    case "$2 $3" in
      'pg_dump --version') echo pg_dump 18 ;;
      pg_dump*) cat dump ;;
      pg_restore*) [ "$(cat | wc -c)" -gt 0 ] || { echo "pg_restore: error: the input is empty" >&2; exit 1; } ;;
      psql*)
        while read -r line; do
          case "$line" in
            *pg_export_snapshot*) echo snapshot ;;
            *gexec) echo '{"name":"public.users","rows":3,"checksum":"7"}' ;;
            *'end of tables'*) echo end of tables ;;
          esac
        done ;;
    esac ;;
  run) tar -czf - -T /dev/null ;;
esac
`;
  writeFileSync(join(folder, 'docker'), program, { mode: 0o755 });
  for (const name of ['staging', 'production']) {
    writeFileSync(join(folder, `compose.${name}.yaml`), 'services: {}\n');
    writeFileSync(
      join(folder, `.env.${name}`),
      `# pinned\nLEYENDA_IMAGE=${newImage}\nLEYENDA_HOST="api.example.com"\nBACKUP_RECIPIENT=${scene.recipient ?? 'none'}\n`,
    );
  }
  const calls = () => (existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') : []);
  /** One exec for several in a row. */
  const actions = () =>
    calls()
      .map((call) => call.split(' ')[7])
      .filter((action, index, all) => action !== 'exec' || all[index - 1] !== 'exec');
  /** The release that the last `up` started. */
  const serving = () => releaseOf(readFileSync(join(folder, 'up'), 'utf8').trim());
  const sets = join(folder, 'backups/production');
  return {
    folder,
    calls,
    actions,
    serving,
    backups: () => (existsSync(sets) ? readdirSync(sets) : []),
  };
}

describe('leyenda compose deploy', () => {
  let server: Server;
  let url = '';
  let answer: () => object = () => ({});
  let requested: string | undefined;
  /** How many requests get 502 before others. */
  let unavailable = 0;
  beforeAll(async () => {
    server = createServer((request, response) => {
      requested = `${request.headers.host}${request.url}`;
      response.writeHead(unavailable-- > 0 ? 502 : 200).end(JSON.stringify(answer()));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${Object(server.address()).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  async function deploy(
    folder: string,
    environment: 'staging' | 'production',
    options: { dryRun?: boolean; release?: string; path?: string } = {},
  ) {
    const target = { ...composeTarget({ environment, version: 'pinned', folder }), url };
    answer = () => ({ status: 'healthy', release: options.release ?? releaseOf(readFileSync(join(folder, 'up'), 'utf8').trim()) });
    const env = { ...process.env, PATH: options.path ?? `${folder}:${process.env.PATH}` };
    const signal = new AbortController().signal;
    return deployWithCompose(target, { out: silentOutput, signal, env, dryRun: options.dryRun ?? false, everyMs: 1 });
  }

  test('pulls, starts and checks /health of the host, with the image and release of the environment file', async () => {
    const { folder, calls, actions, backups } = folderWith({ before: healthy });
    await deploy(folder, 'staging');
    expect(actions()).toEqual(['config', 'ps', 'pull', 'up', 'ps']);
    expect(calls()[0]).toBe(`${newImage} aaaaaaaaaaaa compose --env-file .env.staging --file compose.staging.yaml config --quiet`);
    expect({ requested, backups: backups() }).toEqual({ requested: 'api.example.com/health', backups: [] });
  });

  test('backs up the database of production before it changes anything, in a file that only its owner may read', async () => {
    const { folder, actions, backups } = folderWith({ before: healthy });
    await deploy(folder, 'production');
    expect(actions()).toEqual(['config', 'ps', 'pull', 'exec', 'run', 'exec', 'up', 'ps']);
    expect(backups()).toEqual([expect.stringMatching(/^\d{8}_\d{6}$/)]);
    const file = join(folder, 'backups/production', backups()[0] ?? '', 'database.dump');
    expect({ text: readFileSync(file, 'utf8'), mode: statSync(file).mode & 0o777 }).toEqual({ text: 'PGDMP', mode: 0o600 });
  });

  test('changes nothing if it is not declared to which key the backup is encrypted', async () => {
    const { folder, actions } = folderWith({ before: healthy, recipient: '' });
    await expect(deploy(folder, 'production')).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('BACKUP_RECIPIENT is not set'),
    });
    expect(actions()).toEqual([]);
  });

  test('skips the backup on the first deploy', async () => {
    const { folder, actions } = folderWith({});
    await deploy(folder, 'production');
    expect(actions()).not.toContain('exec');
  });

  test.each([
    ['backup fails', { fails: 'exec' }, 'psql failed: no space left'],
    ['backup is empty', { dump: '' }, 'pg_restore failed: pg_restore: error: the input is empty'],
  ])('changes nothing and leaves no partial file if the %s', async (_what, scene, message) => {
    const { folder, actions, backups } = folderWith({ before: healthy, ...scene });
    await expect(deploy(folder, 'production')).rejects.toMatchObject({ exitCode: 5, message: expect.stringContaining(message) });
    expect({ up: actions().includes('up'), backups: backups() }).toEqual({ up: false, backups: [] });
  });

  test('returns every step and executes none in a dry run', async () => {
    const { folder, actions, backups } = folderWith({ before: healthy });
    const steps = await deploy(folder, 'production', { dryRun: true });
    expect(steps.map((step) => /(pull|backup|up|ps|GET) /.exec(`${step} `)?.[1])).toEqual(['pull', 'backup', 'up', 'ps', 'GET']);
    expect({ actions: actions(), backups: backups() }).toEqual({ actions: ['config'], backups: [] });
  });

  test('returns the same steps in a dry run without Docker, and a dry run fails for a Compose file that Docker rejects', async () => {
    const { folder } = folderWith({});
    const steps = await deploy(folder, 'production', { dryRun: true, path: '/nowhere' });
    expect(steps).toEqual(await deploy(folder, 'production', { dryRun: true }));
    const invalid = folderWith({ alwaysFails: 'config', error: 'services must be a mapping' }).folder;
    await expect(deploy(invalid, 'production', { dryRun: true })).rejects.toThrow('config failed: services must be a mapping');
  });

  test.each([
    ['a container is not healthy', { after: [container('api'), container('worker', { Health: 'unhealthy' })] }, 'worker is unhealthy'],
    ['the migration fails', { after: [container('migrate', { State: 'exited', ExitCode: 3 })] }, 'migrate ended with exit code 3'],
    ['a role has ended', { after: [container('worker', { State: 'exited' })] }, 'worker ended with exit code 0'],
    ['there is no container', { after: [] }, 'there is no container'],
    ['the start fails', { fails: 'up' }, 'docker compose up failed: no space left'],
  ])('starts the previous release again if %s', async (_what, scene, message) => {
    const { folder, serving } = folderWith({ before: healthy, ...scene });
    await expect(deploy(folder, 'staging')).rejects.toMatchObject({ exitCode: 3, message: expect.stringContaining(message) });
    expect(serving()).toBe(releaseOf(digest('b')));
  });

  test('reports that the previous release does not start either', async () => {
    const { folder } = folderWith({ before: healthy, alwaysFails: 'up' });
    await expect(deploy(folder, 'staging')).rejects.toMatchObject({ exitCode: 4, message: expect.stringContaining('the rollback to') });
  });

  test.each([
    ['there was none', []],
    ['that one was deployed by tag', [container('api', { Image: 'api:1' })]],
  ])('leaves the release in place if it is unhealthy and %s', async (_what, before) => {
    const { folder, serving } = folderWith({ before, after: [container('api', { Health: 'unhealthy' })] });
    await expect(deploy(folder, 'staging')).rejects.toMatchObject({ exitCode: 5, message: expect.stringContaining('api is unhealthy') });
    expect(serving()).toBe(releaseOf(newImage));
  });

  test('fails after 30 checks', async () => {
    const { folder, actions } = folderWith({ after: [container('api', { Health: 'starting' })] });
    await expect(deploy(folder, 'staging')).rejects.toThrow('api is starting');
    expect(actions().filter((action) => action === 'ps')).toHaveLength(31);
  });

  test('waits while the proxy does not know the addresses of the new containers', async () => {
    const { folder } = folderWith({});
    unavailable = 3;
    await deploy(folder, 'staging');
    expect(unavailable).toBeLessThan(0);
  });

  test('fails if /health reports another release', async () => {
    const { folder } = folderWith({});
    await expect(deploy(folder, 'staging', { release: 'older' })).rejects.toThrow('reports release older, not aaaaaaaaaaaa');
  });

  test('is rejected if Docker is not installed', async () => {
    const { folder } = folderWith({});
    await expect(deploy(folder, 'staging', { path: '/nowhere' })).rejects.toMatchObject({
      exitCode: 7,
      message: 'the program docker is not installed',
    });
  });

  test.each([
    ['docker: unknown command: docker compose', 'config', 'the Compose plugin of docker is not installed'],
    ['Cannot connect to the Docker daemon at unix:///var/run/docker.sock.', 'ps', 'the Docker daemon does not answer'],
  ])('is rejected if docker prints: %s', async (error, alwaysFails, message) => {
    const { folder } = folderWith({ alwaysFails, error });
    await expect(deploy(folder, 'staging')).rejects.toMatchObject({ exitCode: 7, message });
  });
});

describe('the target of compose deploy', () => {
  const wanted = { environment: 'staging' } as const;

  test.each(['latest', 'api:4.0.0', 'ghcr.io/example/api@sha256:abc'])('must not be %s', (version) => {
    const { folder } = folderWith({});
    expect(() => composeTarget({ ...wanted, version, folder })).toThrow('is not a digest reference');
  });

  test('requires the Compose file and an environment file with an image', () => {
    const { folder } = folderWith({});
    writeFileSync(join(folder, '.env.staging'), 'LEYENDA_HOST=h\n');
    expect(() => composeTarget({ ...wanted, version: 'pinned', folder })).toThrow('has no LEYENDA_IMAGE');
    writeFileSync(join(folder, '.env.staging'), `LEYENDA_IMAGE=${newImage}\n`);
    expect(() => composeTarget({ ...wanted, version: 'pinned', folder })).toThrow('has no LEYENDA_HOST');
    const empty = mkdtempSync(join(tmpdir(), 'leyenda-'));
    expect(() => composeTarget({ ...wanted, version: 'pinned', folder: empty })).toThrow('there is no file compose.staging.yaml');
    writeFileSync(join(empty, 'compose.staging.yaml'), '');
    expect(() => composeTarget({ ...wanted, version: 'pinned', folder: empty })).toThrow('there is no file .env.staging');
  });

  test.each(['staging', 'production'] as const)(
    'has the port that compose.%s.yaml publishes, and the user of its database',
    (environment) => {
      const { folder } = folderWith({});
      const { url } = composeTarget({ environment, version: 'pinned', folder });
      const { services } = parse(readFileSync(join(import.meta.dirname, '../..', `compose.${environment}.yaml`), 'utf8'));
      const published: readonly { published: number }[] = services.proxy.ports;
      expect(published.map((port) => port.published)).toContain(Number(/:(\d+)$/.exec(url)?.[1]));
      expect(services.postgres.environment).toMatchObject({ POSTGRES_USER: 'captions', POSTGRES_DB: 'captions' });
    },
  );
});
