import type { Caller } from '../http/caller.ts';

/** Who asks for a change, and in which request. */
export interface Actor {
  readonly caller: Caller;
  readonly requestId: string | undefined;
}

/** The part of it that the audit log keeps; an operator at a command line is no caller. */
export interface AuditActor {
  readonly caller: Pick<Caller, 'id'>;
  readonly requestId?: string | undefined;
}

export const isAdmin = ({ permissions }: Pick<Caller, 'permissions'>) => permissions.includes('Admin');
