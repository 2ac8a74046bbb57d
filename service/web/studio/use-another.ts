import { useCallback, useState } from 'react';
import { maxAvoided } from '../../captions/schema.ts';
import { client, messageOf } from '../api/client.ts';
import type { useCaptions } from './use-captions.ts';

type Captions = Pick<ReturnType<typeof useCaptions>, 'body' | 'captions' | 'add'>;

/** Adds another caption after one that the visitor likes. `none`: the model had no other. */
export function useAnother({ body, captions, add }: Captions, onError: (error: unknown) => void) {
  const [outcome, setOutcome] = useState<{ readonly error?: string; readonly result?: 'none' }>({});
  const write = useCallback(
    async (index: number) => {
      const like = captions[index];
      if (body === undefined || like === undefined) return;
      setOutcome({});
      try {
        const { caption } = await client.call('generate', { body: { ...body, count: 1, like, avoid: captions.slice(-maxAvoided) } });
        if (captions.includes(caption)) setOutcome({ result: 'none' });
        else add(index + 1, caption);
      } catch (error) {
        onError(error);
        setOutcome({ error: messageOf(error) });
      }
    },
    [body, captions, add, onError],
  );
  return { ...outcome, write };
}
