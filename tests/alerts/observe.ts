import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { waitUntil } from '../../service/testing/wait-until.ts';
import type { Notification } from '../services/alerting-stack.ts';
import type { Fault } from './faults.ts';
import { startTarget } from './target.ts';

const answer = z.object({
  data: z.object({ alerts: z.array(z.object({ labels: z.record(z.string(), z.string()), state: z.enum(['pending', 'firing']) })) }),
});

const details = ['objective', 'dependency', 'model', 'folder', 'persistentvolumeclaim', 'component'] as const;
/** `NAME(OBJECT)`, of the first of these labels. */
function nameOf(labels: Readonly<Record<string, string>>): string {
  const detail = details.map((label) => labels[label]).find((value) => value !== undefined);
  return detail === undefined ? String(labels.alertname) : `${labels.alertname}(${detail})`;
}
const heartbeat = 'Watchdog';
/** Not of the target: it always fires, or is about the disk of this machine, which other programs fill. */
const isForeign = (name: string) => name === heartbeat || name.endsWith('(root)');

/** Seconds after the start of the fault; not set: never. */
interface Seen {
  readonly name: string;
  readonly firing: number | undefined;
  readonly delivered: number | undefined;
}
export interface Outcome {
  readonly fault: Fault;
  readonly seen: readonly Seen[];
  /** What is wrong; not set: the expected alert was delivered in time, and no other. */
  readonly failure: string | undefined;
}

async function activeIn(prometheus: string, states: readonly string[] = ['firing']): Promise<string[]> {
  const response = await fetch(`${prometheus}/api/v1/alerts`);
  const { data } = answer.parse(await response.json());
  return data.alerts
    .filter(({ state }) => states.includes(state))
    .map(({ labels }) => nameOf(labels))
    .filter((name) => !isForeign(name));
}

/** Seconds under traffic before the fault, and seconds within which nothing must fire any more. */
const [warmUp, silentWithin] = [90, 600];
/** Seconds after the delivery, and after the end of the fault, in which no other alert may fire. */
const defaultWatch = 90;

/** Starts a target, waits until its alerts are silent, makes the fault, and records each alert that fires or is delivered. */
export async function observe(fault: Fault): Promise<Outcome> {
  const { name, alert, limit, consequences = [], lasts = 0, watched = defaultWatch } = fault;
  const delivered = new Map<string, number>();
  const firing = new Map<string, number>();
  const note = (times: Map<string, number>, which: string) => times.has(which) || times.set(which, Date.now());
  const target = await startTarget(fault.options ?? {}, ({ status, alerts }: Notification) => {
    for (const { labels, status: own } of alerts) if (status === 'firing' && own === 'firing') note(delivered, nameOf(labels));
  });
  const ended = new AbortController();
  try {
    const notSilent = () => activeIn(target.prometheus, ['firing', 'pending']);
    const isSilent = async () => delivered.has(heartbeat) && (await notSilent()).length === 0;
    await sleep(warmUp * 1000);
    const deadline = Date.now() + silentWithin * 1000;
    await waitUntil(async () => (await isSilent()) || Date.now() > deadline);
    if (!(await isSilent())) return { fault, seen: [], failure: `before the fault: ${(await notSilent()).join(', ')}` };
    delivered.clear();

    const begin = Date.now();
    const seconds = () => (Date.now() - begin) / 1000;
    const poll = async () => {
      for (const each of await activeIn(target.prometheus)) note(firing, each);
      await sleep(1000);
    };
    const watchUntil = async (isOver: () => boolean) => {
      while (!isOver()) await poll();
    };
    await fault.begin(target, ended.signal);
    await watchUntil(() => delivered.has(alert) || seconds() > limit);
    const until = Math.max(seconds() + defaultWatch, lasts);
    await watchUntil(() => seconds() > until);
    ended.abort();
    await fault.end?.(target);
    const last = seconds() + watched;
    await watchUntil(() => seconds() > last);

    const after = (time: number | undefined) => (time === undefined ? undefined : Math.round((time - begin) / 1000));
    const seen = [...new Set([...firing.keys(), ...delivered.keys()])]
      .filter((each) => !isForeign(each))
      .map((each) => ({
        name: each,
        firing: after(firing.get(each)),
        delivered: after(delivered.get(each)),
      }));
    const others = seen.map((each) => each.name).filter((each) => each !== alert && !consequences.includes(each));
    const inTime = (after(delivered.get(alert)) ?? Number.POSITIVE_INFINITY) <= limit;
    const failure = [...(inTime ? [] : [`${alert} not within ${limit} s`]), ...others].join(', ');
    return { fault, seen, failure: failure === '' ? undefined : failure };
  } catch (error) {
    return { fault, seen: [], failure: `${name}: ${Error.isError(error) ? error.message : String(error)}` };
  } finally {
    ended.abort();
    await target.end();
  }
}
