import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import type { Permission } from '../../../contract/roles.ts';
import type { SignIn } from '../../accounts/schema.ts';
import { ApiProblem } from '../../client/problem.ts';
import type { Result } from '../../client/types.ts';
import { client } from '../api/client.ts';

type Session = Result<'currentSession'>;

interface SessionContext {
  /** `loading`: not known yet. */
  readonly state: 'loading' | 'signed-out' | 'signed-in';
  readonly session: Session | undefined;
  readonly may: (permission: Permission) => boolean;
  /** @throws {ApiProblem} login_failed, rate_limited … */
  readonly signIn: (credential: SignIn) => Promise<void>;
  readonly signOut: () => Promise<void>;
  /** Call it with the error of a request: an ended session shows the sign-in form. */
  readonly onError: (error: unknown) => void;
  /** Reads the session again, after a change of the profile. */
  readonly reload: () => Promise<void>;
}

const Context = createContext<SessionContext | undefined>(undefined);

/** The key in the address that the service prints at its first start: `#key=…`. Removed from the address and the browser's history. */
function takeKeyFromAddress(): string | undefined {
  const key = /^#key=([\w.~+/=-]+)$/.exec(location.hash)?.[1];
  if (key !== undefined) history.replaceState(null, '', location.pathname);
  return key;
}

const readSession = () => client.call('currentSession');
const startSession = (body: SignIn) => client.call('signIn', { body });
const openSession = (key: string | undefined) => (key === undefined ? readSession() : startSession({ api_key: key }).catch(readSession));

interface SessionProviderProps {
  readonly children: ReactNode;
  /** Called when the session has ended: deletes what belongs to the visitor. The same function at each render. */
  readonly onSignOut: () => void;
}

/** Provides the session of the visitor. The credential itself is in an HttpOnly cookie, out of reach of scripts. */
export function SessionProvider({ children, onSignOut }: SessionProviderProps) {
  // undefined: not known yet; null: signed out.
  const [session, setSession] = useState<Session | null>();

  useEffect(() => {
    openSession(takeKeyFromAddress()).then(setSession, () => setSession((current) => current ?? null));
  }, []);

  const signIn = useCallback(async (credential: SignIn) => setSession(await startSession(credential)), []);
  const signOut = useCallback(async () => {
    await client.call('signOut').finally(() => {
      onSignOut();
      setSession(null);
    });
  }, [onSignOut]);
  const onError = useCallback((error: unknown) => {
    if (error instanceof ApiProblem && error.status === 401) setSession(null);
  }, []);
  const reload = useCallback(async () => setSession(await readSession()), []);

  const value = useMemo<SessionContext>(
    () => ({
      state: session === undefined ? 'loading' : session === null ? 'signed-out' : 'signed-in',
      session: session ?? undefined,
      may: (permission) => session?.permissions.includes(permission) === true,
      signIn,
      signOut,
      onError,
      reload,
    }),
    [session, signIn, signOut, onError, reload],
  );
  return <Context value={value}>{children}</Context>;
}

export function useSession(): SessionContext {
  const value = useContext(Context);
  if (value === undefined) throw new Error('useSession outside of SessionProvider');
  return value;
}
