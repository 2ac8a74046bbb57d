import type { Caller } from '../http/caller.ts';

/** The caller that makes a change, and its request. */
export interface Actor {
  readonly caller: Caller;
  readonly requestId: string | undefined;
}

/** The part of it that the audit log stores. An operator on the command line is no caller. */
export interface AuditActor {
  readonly caller: Pick<Caller, 'id'>;
  readonly requestId?: string | undefined;
}
