import type { ReplayedCredentialEndpoint } from '../../contract/endpoints/index.ts';
import { callerOf } from '../http/context.ts';
import type { ReplayCheck } from '../idempotency/middleware.ts';
import type { Accounts } from './accounts.ts';
import { shownKey } from './schema.ts';

/**
 * For each endpoint whose kept answers hold a credential: whether it may be shown again. An endpoint without a line here does not
 * compile.
 */
export function replayChecks(keys: Accounts['keys']): Readonly<Record<ReplayedCredentialEndpoint, ReplayCheck>> {
  const isCurrentKey: ReplayCheck = (ctx, body) => {
    const { id, key } = shownKey.parse(JSON.parse(Buffer.from(body).toString()));
    return keys.isCurrent(callerOf(ctx), id, key);
  };
  return { createKey: isCurrentKey, rotateKey: isCurrentKey };
}
