import type { Mistake } from './mistake.ts';

/** They compile, but synth refuses them. */
export const synthMistakes: readonly Mistake[] = [
  {
    name: 'the grace period is shorter than the shutdown',
    file: 'service/contract/timings.ts',
    from: 'terminationGrace: 65',
    to: 'terminationGrace: 20',
    says: [/service\/api/, /timings\.terminationGrace \(20 s\)/, /preStop 5 \+ linger 2 \+ drain 50 \+ close 5 = 62 s/],
  },
  {
    name: 'a setting is not configured that the contract requires there',
    file: 'manifests/environments/production.ts',
    from: 'TRUSTED_HOSTS: host, ',
    to: '',
    says: [/TRUSTED_HOSTS/, /production/, /role api|api/],
  },
  {
    name: 'a component runs to which no connection is declared',
    file: 'service/contract/components.ts',
    from: "      { from, to: 'redis', port: 'redis', setting: 'REDIS_URL' },\n",
    to: '',
    says: [/redis|REDIS_URL/, /connection/],
  },
];
