import type { ReactNode } from 'react';
import { useMessages } from '../language/provider.tsx';
import { useSession } from '../session/provider.tsx';
import { SignIn } from '../session/sign-in.tsx';
import { dataMessages } from './messages.ts';
import { DataProvider } from './provider.tsx';

/** Content for signed-in visitors, with the data of the service; others get the sign-in form. */
export function SignedIn({ children }: { readonly children: ReactNode }) {
  const t = useMessages(dataMessages);
  const { state } = useSession();
  if (state === 'loading') return <p role="status">{t.loading}</p>;
  return state === 'signed-out' ? <SignIn /> : <DataProvider>{children}</DataProvider>;
}
