import type { Environment } from '../../manifests/environments/environment.ts';
import { local } from '../../manifests/environments/local.ts';
import type { Strategy } from '../../manifests/environments/strategy.ts';

/** What makes an environment of the tests differ from `local`. */
export interface Declared {
  readonly strategy: Strategy;
  readonly config?: Environment['config'];
}

/** `local` with a strategy; its pods open fewer connections, since PostgreSQL must have room for those of two releases. */
export const declared = ({ strategy, config }: Declared): Environment => ({
  ...local,
  strategy,
  config: { ...local.config, DATABASE_POOL_SIZE: '4', ...config },
});
