import type { Caller } from './caller.ts';

/** Who asks for a change, and in which request. */
export interface By {
  readonly caller: Caller;
  readonly requestId: string | undefined;
}

export const isAdmin = ({ permissions }: Pick<Caller, 'permissions'>) => permissions.includes('Admin');
