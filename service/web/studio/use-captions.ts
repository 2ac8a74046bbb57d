import { useCallback, useReducer, useRef } from 'react';
import type { CallInput, StreamEvent } from '../../client/types.ts';
import { client, messageOf } from '../api/client.ts';

type Body = CallInput<'generate'>['body'];
type Answer = Extract<StreamEvent<'generate'>, { event: 'done' }>['data'];

export interface CaptionsState {
  readonly status: 'idle' | 'writing' | 'done' | 'stopped' | 'failed';
  /** The current or latest request. */
  readonly body: Body | undefined;
  readonly captions: readonly string[];
  /** Complete once the stream is. */
  readonly answer: Answer | undefined;
  readonly error: string | undefined;
}

type Change =
  | { readonly kind: 'start'; readonly body: Body }
  | { readonly kind: 'caption'; readonly index: number; readonly text: string }
  | { readonly kind: 'add'; readonly index: number; readonly text: string }
  | { readonly kind: 'done'; readonly answer: Answer }
  | { readonly kind: 'stop' }
  | { readonly kind: 'fail'; readonly error: string };

const idle: CaptionsState = { status: 'idle', body: undefined, captions: [], answer: undefined, error: undefined };

function reduce(state: CaptionsState, change: Change): CaptionsState {
  switch (change.kind) {
    case 'start':
      return { ...idle, status: 'writing', body: change.body };
    case 'caption':
      return { ...state, captions: state.captions.toSpliced(change.index, 1, change.text) };
    case 'add':
      return { ...state, captions: state.captions.toSpliced(change.index, 0, change.text) };
    case 'done':
      // Captions that the visitor edited meanwhile stay as they are.
      return { ...state, status: 'done', answer: change.answer };
    case 'stop':
      return state.status === 'writing' ? { ...state, status: 'stopped' } : state;
    case 'fail':
      return { ...state, status: 'failed', error: change.error };
  }
}

/** Requests captions and keeps them as they arrive. One request at a time: a new one cancels the one before. */
export function useCaptions(onError: (error: unknown) => void) {
  const [state, change] = useReducer(reduce, idle);
  const running = useRef<AbortController>(undefined);

  const start = useCallback(
    async (body: Body) => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      change({ kind: 'start', body });
      try {
        for await (const { event, data } of client.events('generate', { body, signal: controller.signal })) {
          if (controller.signal.aborted) return;
          if (event === 'caption') change({ kind: 'caption', index: data.index, text: data.caption });
          if (event === 'done') change({ kind: 'done', answer: data });
        }
      } catch (error) {
        if (controller.signal.aborted) return;
        onError(error);
        change({ kind: 'fail', error: messageOf(error) });
      }
    },
    [onError],
  );
  const stop = useCallback(() => {
    running.current?.abort();
    change({ kind: 'stop' });
  }, []);
  const edit = useCallback((index: number, text: string) => change({ kind: 'caption', index, text }), []);
  const add = useCallback((index: number, text: string) => change({ kind: 'add', index, text }), []);
  return { ...state, start, stop, edit, add };
}
