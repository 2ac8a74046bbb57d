import { team } from '../../../contract/team.ts';
import type { Mistake } from './mistake.ts';

/** Mistakes that compile but that synth rejects. */
export const synthMistakes: readonly Mistake[] = [
  {
    name: 'the grace period is shorter than the shutdown',
    file: 'contract/timings.ts',
    from: 'terminationGrace: 65',
    to: 'terminationGrace: 20',
    says: [/service\/api/, /timings\.terminationGrace \(20 s\)/, /preStop 5 \+ deregistrationDelay 2 \+ drain 50 \+ close 5 = 62 s/],
  },
  {
    name: 'a memory limit is below its request',
    file: 'manifests/environments/defaults.ts',
    from: "memory: '1Gi'",
    to: "memory: '256Mi'",
    says: [
      /environment production: workloads\.api\.resources\.limits\.memory \(256Mi\)|environment staging: workloads/,
      /service\/migrate: Job\//,
      /\(256Mi\) is below .*\(512Mi\): raise the limit, or lower the request/,
    ],
  },
  {
    name: 'a product is called by so many characters that no namespace, Service or label can be',
    file: 'contract/team.ts',
    from: `name: '${team.name}'`,
    to: `name: 'instagram-captions-and-hashtags-for-the-whole-of-the-andalusian-market'`,
    says: [/platform\/namespace: Namespace\//, /names\.prefix \(.*\) has 70 characters, but at most 4\d are allowed: shorten it/],
  },
  {
    name: 'a backup is scheduled at 25 o’clock',
    file: 'manifests/environments/defaults.ts',
    from: "schedule: '0 0 2 ",
    to: "schedule: '0 0 25 ",
    says: [/database\.backups\.schedule \(0 0 25 \* \* \*\) has the hour 25: it must be from 0 to 23/, /data\/ScheduledBackup-/],
  },
  {
    name: 'a setting is not configured that the contract requires there',
    file: 'manifests/environments/defaults.ts',
    from: '  TRUSTED_HOSTS: host,\n',
    to: '',
    says: [/role api reads TRUSTED_HOSTS/, /requires in staging/],
  },
  {
    name: 'a component runs to which no connection is declared',
    file: 'manifests/components/connections.ts',
    from: "      { from, to: 'redis', port: 'redis', setting: 'REDIS_URL' },\n",
    to: '',
    says: [/redis|REDIS_URL/, /connection/],
  },
];
