import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '../../service/client/client.ts';
import { key, type startTarget, type Target } from './target.ts';
import { caption, post } from './traffic.ts';

/** An alert by its name and the object it is about, such as `DependencyDown(cache)`. */
type AlertName = string;

export interface Fault {
  readonly name: string;
  readonly alert: AlertName;
  /** Seconds after which it must have been delivered. */
  readonly limit: number;
  /** Other alerts that follow from this fault. Any other one fails the drill. */
  readonly consequences?: readonly AlertName[];
  /** Seconds for which the fault lasts at least, and for which alerts are watched after its end. */
  readonly lasts?: number;
  readonly watched?: number;
  readonly options?: Parameters<typeof startTarget>[0];
  /** @param ended aborts at the end of the fault */
  begin(target: Target, ended: AbortSignal): unknown;
  end?(target: Target): unknown;
}

/** Calls `step` again and again. */
async function repeat(ended: AbortSignal, seconds: number, step: (count: number) => unknown): Promise<void> {
  for (let count = 0; !ended.aborted; count += 1) {
    await step(count);
    await sleep(seconds * 1000, undefined, { signal: ended }).catch(() => undefined);
  }
}

export const faults: readonly Fault[] = [
  {
    name: 'upstream stopped',
    alert: 'HighErrorRate',
    limit: 480,
    consequences: ['TextModelFailing(gpt-4)'],
    begin: ({ model }) => model.stop(),
    end: ({ model }) => model.start(),
  },
  {
    name: 'upstream stopped, second model',
    alert: 'TextModelFailing(gpt-4)',
    limit: 300,
    options: { secondModel: true },
    begin: ({ model }) => model.stop(),
    end: ({ model }) => model.start(),
  },
  {
    name: 'Redis stopped for 11 minutes',
    alert: 'DependencyDown(cache)',
    limit: 240,
    lasts: 660,
    watched: 360,
    begin: ({ redis }) => redis.stop(),
    end: ({ redis }) => redis.start(),
  },
  {
    name: 'Redis stops 20 s every minute',
    alert: 'FallbackInUse(cache)',
    limit: 780,
    begin: ({ redis }, ended) =>
      void repeat(ended, 40, async () => {
        await redis.stop();
        await sleep(20_000);
        await redis.start();
      }),
    // The last restart.
    end: () => sleep(21_000),
  },
  {
    name: 'PostgreSQL 0.3 s slower',
    alert: 'DatabaseSlow',
    limit: 480,
    begin: ({ database }) => database.delay(300),
    end: ({ database }) => database.delay(0),
  },
  {
    name: 'batch queue full',
    alert: 'QueueOld',
    limit: 1320,
    options: { workerModelMs: 5000 },
    begin: ({ url }) => {
      const items = Array.from({ length: 10_000 }, (_, item) => ({
        kind: 'generate' as const,
        ...caption(`A green boat number ${item} at sea`),
      }));
      return createClient({ baseUrl: url, credential: key }).call('createBatch', { body: { items } });
    },
  },
  {
    name: 'disk of exports full',
    alert: 'DiskNearlyFull(exports)',
    limit: 480,
    begin: ({ disk }) => disk.fill(),
    end: ({ disk }) => disk.free(),
  },
  {
    name: '100 wrong logins at once',
    alert: 'ManyFailedLogins',
    limit: 210,
    begin: ({ url }) =>
      Promise.all(Array.from({ length: 100 }, (_, user) => post(`${url}/auth/login`, { username: `user${user}`, password: 'wrong' }))),
  },
  {
    name: '2 invalid keys a second',
    alert: 'CredentialsRejected',
    limit: 960,
    begin: ({ url }, ended) =>
      void repeat(ended, 0.5, (count) => post(`${url}/api/v4/generate`, caption('A yellow kite over the dunes'), `unknown-key-${count}`)),
  },
  {
    name: 'API killed',
    alert: 'ServiceDown',
    limit: 180,
    consequences: ['HealthCheckFailing(api)'],
    begin: ({ killApi }) => killApi(),
    end: ({ restartApi }) => restartApi(),
  },
];
