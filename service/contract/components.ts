import type { PortName } from './ports.ts';
import type { SettingName } from './settings.ts';

/**
 * What the product consists of and what it talks to.
 * `workload`: ours, from the image. `store`: in the cluster or outside, as the environment says.
 * `platform`: the cluster's own. `outside`: reached over the internet.
 */
interface Component {
  readonly kind: 'workload' | 'store' | 'platform' | 'outside';
  /** Ports it listens on. */
  readonly listens: readonly PortName[];
}

export const components = {
  api: { kind: 'workload', listens: ['http', 'metrics'] },
  graphql: { kind: 'workload', listens: ['graphql', 'metrics'] },
  worker: { kind: 'workload', listens: ['http', 'metrics'] },
  migrate: { kind: 'workload', listens: [] },
  postgres: { kind: 'store', listens: ['postgres'] },
  redis: { kind: 'store', listens: ['redis'] },
  dns: { kind: 'platform', listens: ['dns'] },
  edge: { kind: 'platform', listens: [] },
  prometheus: { kind: 'platform', listens: [] },
  model: { kind: 'outside', listens: ['https'] },
} as const satisfies Record<string, Component>;
export type ComponentName = keyof typeof components;

/** `from` may open connections to `to`; a connection that is not listed is cut by the default-deny policy. */
interface ConnectionTo<To extends ComponentName> {
  readonly from: ComponentName;
  readonly to: To;
  readonly port: (typeof components)[To]['listens'][number];
  /** The setting that tells `from` where `to` is. */
  readonly setting?: SettingName;
}
export type Connection = { [To in ComponentName]: ConnectionTo<To> }[ComponentName];

const serving = (['api', 'graphql', 'worker'] as const).flatMap(
  (from) =>
    [
      { from: 'prometheus', to: from, port: 'metrics' },
      { from, to: 'postgres', port: 'postgres', setting: 'DATABASE_URL' },
      { from, to: 'redis', port: 'redis', setting: 'REDIS_URL' },
      { from, to: 'model', port: 'https', setting: 'OPENAI_BASE_URL' },
      { from, to: 'dns', port: 'dns' },
    ] as const satisfies readonly Connection[],
);

export const connections = [
  { from: 'edge', to: 'api', port: 'http' },
  { from: 'edge', to: 'graphql', port: 'graphql' },
  ...serving,
  { from: 'migrate', to: 'postgres', port: 'postgres', setting: 'DATABASE_URL' },
  { from: 'migrate', to: 'dns', port: 'dns' },
] as const satisfies readonly Connection[];
