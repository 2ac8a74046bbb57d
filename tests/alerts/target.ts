import { local } from '../../manifests/environments/local.ts';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';
import { smallDisk } from '../../service/testing/small-disk.ts';
import { type Notification, startAlerting } from '../services/alerting-stack.ts';
import { freePort, startPostgres, startRedis } from '../services/servers.ts';
import { startSlowProxy } from '../services/slow-proxy.ts';
import { startModel } from '../services/stoppable-model.ts';
import { writeHistory } from './history.ts';
import { startTraffic } from './traffic.ts';

export const key = 'key-of-the-drill';
const { api, worker } = local.workloads;
/** The rules of `local`, for the roles that run here and a database that others back up. */
const environment = {
  ...local,
  workloads: { api, ...(worker && { worker }) },
  database: { kind: 'external', networks: ['10.0.0.0/8'] },
} as const;

interface TargetOptions {
  /** Whether the offline model answers if the other one fails. */
  readonly secondModel?: boolean;
  /** Time of a call of a text model by the worker. */
  readonly workerModelMs?: number;
}

/** PostgreSQL, Redis, a text model, an API process and a worker under traffic, watched by a Prometheus and an Alertmanager of their own. */
export async function startTarget({ secondModel = false, workerModelMs = 0 }: TargetOptions, onNotification: (it: Notification) => void) {
  const cleanups: (() => unknown)[] = [];
  async function end() {
    for (const clean of cleanups.splice(0).reverse()) await clean();
  }
  /** What is started is ended, in reverse order. */
  function started<T>(thing: T | undefined, clean: (thing: T) => unknown): T {
    if (thing === undefined) throw new Error('install PostgreSQL and Redis, and run the drill as root');
    cleanups.push(() => clean(thing));
    return thing;
  }
  try {
    const postgres = started(await startPostgres(), (each) => each.remove());
    const redis = started(await startRedis(), (each) => each.remove());
    const model = started(await startModel(), (each) => each.end());
    const workerModel = started(await startModel(workerModelMs), (each) => each.end());
    const disk = started(smallDisk(64), (each) => each.remove());
    const database = started(await startSlowProxy(postgres.url), (each) => each.end());
    const models = (url: string) => [
      { provider: 'openai', id: 'gpt-4', api_key: 'k', base_url: url },
      ...(secondModel ? [{ provider: 'offline', id: 'offline' }] : []),
    ];
    const ports = { api: String(await freePort()), worker: String(await freePort()) };
    const spawn = (ROLE: 'api' | 'worker' | 'migrate', url = model.url) =>
      spawnService({
        ROLE,
        ...(ROLE === 'migrate'
          ? {}
          : { PORT: ports[ROLE], REDIS_URL: redis.url, EXPORTS_DIR: disk.path, TEXT_MODELS: JSON.stringify(models(url)) }),
        DATABASE_URL: database.url,
        VALID_API_KEYS: key,
        RATE_LIMIT_REQUESTS: '1000000',
        WORKER_CONCURRENCY: '1',
      });
    const { code, errors } = await spawn('migrate').exited;
    if (code !== 0) throw new Error(`the migration failed: ${errors}`);
    const processes: Record<'api' | 'worker', ServiceProcess> = { api: spawn('api'), worker: spawn('worker', workerModel.url) };
    for (const role of ['api', 'worker'] as const) cleanups.push(() => processes[role].end());
    const url = `http://127.0.0.1:${ports.api}`;
    await processes.api.printed(/("ports":)/);
    await processes.worker.printed(/("ports":)/);
    cleanups.push(startTraffic(url, key));
    const alerting = await startAlerting({
      ...{ environment, onNotification, factor: 1, history: writeHistory },
      processes: (['api', 'worker'] as const).map((component) => ({ component, address: `127.0.0.1:${ports[component]}` })),
    });
    cleanups.push(alerting.end);
    const restartApi = () => {
      processes.api = spawn('api');
    };
    return {
      ...{ url, redis, model, disk, database, prometheus: alerting.prometheus, restartApi, end },
      killApi: () => processes.api.end(),
    };
  } catch (error) {
    await end();
    throw error;
  }
}
export type Target = Awaited<ReturnType<typeof startTarget>>;
