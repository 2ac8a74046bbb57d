import type { KeptCredentialName } from '../../contract/endpoints.ts';
import { callerOf } from '../http/context.ts';
import type { IsCurrent } from '../http/idempotency.ts';
import type { Parts } from '../parts.ts';
import { shownKey } from './schema.ts';

/**
 * For each endpoint whose kept answers hold a credential: whether it may be shown again. An endpoint without a line here does not
 * compile.
 */
export function keptCredentials({ accounts: { keys } }: Pick<Parts, 'accounts'>): Readonly<Record<KeptCredentialName, IsCurrent>> {
  const isCurrentKey: IsCurrent = (ctx, body) => {
    const { id, key } = shownKey.parse(JSON.parse(Buffer.from(body).toString()));
    return keys.isCurrent(callerOf(ctx), id, key);
  };
  return { createKey: isCurrentKey, rotateKey: isCurrentKey };
}
