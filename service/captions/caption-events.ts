import type { EventOf } from '../http/server-sent-events.ts';
import type { Emit } from '../http/stream.ts';
import type { CaptionDraft } from '../models/model.ts';
import type { generateEvents } from './schema.ts';

export type CaptionEvent = EventOf<typeof generateEvents>;

/** The events of one answer: its start once, then each caption once. */
export interface CaptionEvents {
  start(model: string): Promise<void>;
  caption(caption: string): Promise<void>;
  /** Sends what has not been sent yet. */
  rest(draft: CaptionDraft): Promise<void>;
}

export function createCaptionEvents(id: string, emit: Emit<CaptionEvent>): CaptionEvents {
  let hasStarted = false;
  let index = 0;
  const start = async (model: string) => {
    if (hasStarted) return;
    hasStarted = true;
    await emit({ event: 'start', data: { id, model } });
  };
  const caption = (text: string) => emit({ event: 'caption', data: { index: index++, caption: text } });
  return {
    start,
    caption,
    async rest({ model, captions }) {
      await start(model);
      for (const text of captions.slice(index)) await caption(text);
    },
  };
}
