import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { judge } from './judge.ts';
import { isClusterEvent, isClusterObject } from './kubernetes-objects.ts';
import type { Memory, Target, Verdict } from './verdict.ts';

/** Header and entries of a recording, see `recorded/README.md`. */
interface Start {
  readonly appliedAt: string;
  readonly target: Target;
}
interface Listing {
  readonly at: string;
  readonly changes?: readonly { readonly kind: string; readonly name: string; readonly change: object }[];
  readonly gone?: readonly string[];
}

const folder = new URL('recorded/', import.meta.url);
const linesOf = (name: string): readonly string[] =>
  readFileSync(new URL(`${name}.jsonl`, folder), 'utf8')
    .trim()
    .split('\n');

interface Ending {
  readonly verdict: Verdict;
  /** Seconds from the proof to the verdict. */
  readonly late: number;
}

/** Judges the recording once a second until there is a verdict. */
function replay(name: string): Ending {
  const [first = '', ...rest] = linesOf(name);
  const { appliedAt, target }: Start = JSON.parse(first);
  const coming: Listing[] = rest.map((line) => JSON.parse(line));
  const world = new Map<string, object>();
  let previous: Memory = { firstSeen: {}, containers: {}, readiness: {} };
  for (let second = 0; second < 200; second += 1) {
    const now = new Date(Date.parse(appliedAt) + second * 1000);
    for (let listing = coming[0]; listing !== undefined && new Date(listing.at) <= now; listing = coming[0]) {
      for (const { kind, name, change } of listing.changes ?? []) {
        const key = `${kind}/${name}`;
        world.set(key, { kind, ...world.get(key), ...change });
      }
      for (const key of listing.gone ?? []) world.delete(key);
      coming.shift();
    }
    const seen = [...world.values()];
    const objects = seen.filter(isClusterObject);
    const events = seen.filter(isClusterEvent);
    const verdict = judge({ now, appliedAt: new Date(appliedAt), targets: [target], objects, events, deadlineSeconds: 150, previous });
    previous = verdict.memory;
    if (verdict.state === 'failed') return { verdict, late: (now.getTime() - verdict.provedAt.getTime()) / 1000 };
    if (verdict.state === 'healthy') return { verdict, late: 0 };
  }
  throw new Error('no verdict');
}

const endings: Readonly<Record<string, readonly [verdict: string, words: RegExp]>> = {
  'daemonset-image': ['image-not-found', /^DaemonSet shop\/api, pod api-\w+, container api: the image does not exist/],
  'job-deadline': ['job-failed', /DeadlineExceeded: Job was active longer than specified deadline/],
  oom: ['oom-killed', /exited with code 137 \(OOMKilled\), 3 restarts/],
  quota: ['quota-exceeded', /exceeded quota: small/],
  'real-command-absent': ['crash-loop', /exec: "\/absent": stat \/absent: no such file or directory/],
  'real-crash-at-once': ['crash-loop', /exited with code 3 \(Error\), 3 restarts/],
  'real-does-not-go': [
    'stuck-terminating',
    /pod instagram-captions-api-1: should have terminated by .* \(finalizers: example\.com\/detach\)/,
  ],
  'real-healthy': ['healthy', /./],
  'real-image-name': ['image-name-invalid', /repository name \(App\) must be lowercase/],
  'real-image-not-found': ['image-not-found', /example\.com\/app:absent: not found/],
  'real-init-crash': ['crash-loop', /container init: exited with code 3/],
  'real-job-failed': ['job-failed', /exited with code 3 .*BackoffLimitExceeded/],
  'real-node-added': ['healthy', /./],
  'real-registry-away': ['deadline', /connect: connection refused/],
  'real-registry-busy': ['healthy', /./],
  'real-secret-absent': ['config-error', /secret "absent" not found/],
  'real-unready': ['never-ready', /Readiness probe failed: HTTP probe failed with statuscode: 503/],
  'real-volume-absent': ['volume-missing', /configmap "absent" not found/],
  'service-account': ['config-error', /serviceaccount "absent" not found/],
  'statefulset-crash': ['crash-loop', /^StatefulSet shop\/api, pod api-0, container api/],
  'statefulset-partition': ['healthy', /./],
  unschedulable: ['unschedulable', /didn't match Pod's node affinity\/selector/],
};

test('every recording has an expected outcome', () => {
  const recordings = readdirSync(folder).filter((file) => file.endsWith('.jsonl'));
  expect(recordings.sort()).toEqual(Object.keys(endings).map((name) => `${name}.jsonl`));
});

test.each(Object.entries(endings))('%s', (name, [expected, words]) => {
  const { verdict, late } = replay(name);
  expect(verdict).toMatchObject(
    verdict.state === 'failed' ? { cause: { code: expected, line: expect.stringMatching(words) } } : { state: expected },
  );
  expect(late).toBeGreaterThanOrEqual(0);
  // Tolerance: timestamps in whole seconds, the delay of the list call, and one step of the replay.
  expect(late).toBeLessThan(5);
});
