import type { Caller } from './caller.ts';

/** Who asks for a change, and in which request. */
export interface By {
  readonly caller: Caller;
  readonly requestId: string | undefined;
}

/** The part of it that the audit log keeps; an operator at a command line is no caller. */
export interface Author {
  readonly caller: Pick<Caller, 'id'>;
  readonly requestId?: string | undefined;
}

export const isAdmin = ({ permissions }: Pick<Caller, 'permissions'>) => permissions.includes('Admin');
