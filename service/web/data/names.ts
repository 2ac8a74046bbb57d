import { useQuery } from '@tanstack/react-query';
import { client } from '../api/client.ts';
import { useSession } from '../session/provider.tsx';

/** Users and keys whose names are known: lists name the others by the start of their id. */
const maxNames = 200;

/** The name of the user or key behind an id such as `key:0a2ce9ad-…`; undefined for other texts. */
export function useNames(): (id: string) => string | undefined {
  const { may, session } = useSession();
  const { data: keys } = useQuery({
    queryKey: ['keys', 'names'],
    queryFn: ({ signal }) => client.call('listKeys', { query: { limit: String(maxNames) }, signal }),
  });
  const { data: users } = useQuery({
    queryKey: ['users', 'names'],
    queryFn: ({ signal }) => client.call('listUsers', { query: { limit: String(maxNames) }, signal }),
    enabled: may('Admin'),
  });
  const names = new Map<string, string>();
  for (const { id, name } of keys?.items ?? []) names.set(`key:${id}`, name);
  for (const { id, username } of users?.items ?? []) names.set(`user:${id}`, username);
  if (session?.user) names.set(`user:${session.user.id}`, session.user.username);
  return (id) => names.get(id) ?? /^(?:key|user):[0-9a-f]{8}/.exec(id)?.[0];
}
