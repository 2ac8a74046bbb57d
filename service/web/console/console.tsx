import { useMessages } from '../language/provider.tsx';
import { useSession } from '../session/provider.tsx';
import { SignIn } from '../session/sign-in.tsx';
import { consoleMessages } from './messages.ts';

/** Keys, usage, batches and accounts of the signed-in caller. @param section the part of the address after `/console/` */
export function Console({ section }: { readonly section: string | undefined }) {
  const t = useMessages(consoleMessages);
  const { state } = useSession();
  if (state === 'loading') return <p role="status">{t.loading}</p>;
  if (state === 'signed-out') return <SignIn />;
  return <h1>{section ?? t.title}</h1>;
}
