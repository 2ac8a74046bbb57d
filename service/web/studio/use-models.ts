import { useEffect, useState } from 'react';
import { client } from '../api/client.ts';
import { useSession } from '../session/provider.tsx';

export interface ModelSummary {
  /** No language model is connected: only the offline model writes. */
  readonly isOffline: boolean;
  /** A connected model reads pictures. */
  readonly readsPictures: boolean;
}

/** What the connected models can do; undefined until it is known. */
export function useModels(): ModelSummary | undefined {
  const { state } = useSession();
  const [models, setModels] = useState<ModelSummary>();
  useEffect(() => {
    if (state !== 'signed-in') return;
    const controller = new AbortController();
    client.call('models', { signal: controller.signal }).then(
      ({ items }) =>
        setModels({
          isOffline: items.every(({ name }) => name === 'offline'),
          readsPictures: items.some(({ capabilities }) => capabilities.includes('vision')),
        }),
      // The studio works without: it only leaves out the hint.
      () => {},
    );
    return () => controller.abort();
  }, [state]);
  return models;
}
