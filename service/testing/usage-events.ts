import { userRoles } from '../../contract/roles.ts';
import type { Caller } from '../http/caller.ts';
import type { Usage } from '../usage/usage-record.ts';

/** A caller with an API key, for tests. */
export const testCaller = (rest: Partial<Caller> = {}): Caller => ({
  id: 'key:test',
  permissions: userRoles.User,
  quota: { requests: 1000, windowSeconds: 3600 },
  expiresAt: undefined,
  keyId: undefined,
  userId: undefined,
  sessionId: undefined,
  sessionExpiresAt: undefined,
  budgetMicros: undefined,
  ...rest,
});

/** Usage for tests. */
export const testUsage = (rest: Partial<Usage> = {}): Usage => ({
  caller: testCaller(),
  clientId: 'client',
  operation: 'generate',
  model: 'model',
  promptTokens: 10,
  completionTokens: 5,
  costMicros: 100,
  cached: false,
  ...rest,
});
