import type { Generated } from 'kysely';

/** Guide row DB-05, and the role and permissions of AUTH-13..AUTH-15. Times are UTC. */
interface ApiKeysTable {
  id: Generated<string>;
  key_hash: string;
  client_name: string;
  rate_limit_requests: Generated<number>;
  rate_limit_window: Generated<number>;
  created_at: Generated<Date>;
  expires_at: Date | null;
  is_active: Generated<boolean>;
  role: Generated<string>;
  /** Not set: those of the role. */
  permissions: string[] | null;
}

export interface Tables {
  api_keys: ApiKeysTable;
}
