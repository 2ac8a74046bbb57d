import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useSession } from '../session/provider.tsx';
import './data.css';

/** What has been read from the service, until the session ends. An ended session shows the sign-in form. */
export function DataProvider({ children }: { readonly children: ReactNode }) {
  const { onError } = useSession();
  const [client] = useState(
    () =>
      new QueryClient({
        queryCache: new QueryCache({ onError }),
        mutationCache: new MutationCache({ onError }),
        defaultOptions: {
          // The client of the service repeats a call itself; a service on this computer needs no network.
          queries: { retry: false, networkMode: 'always', staleTime: 5000 },
          mutations: { networkMode: 'always' },
        },
      }),
  );
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
