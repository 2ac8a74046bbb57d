import { describe, expect, test } from '@jest/globals';
import { type ChatAnswer, type ChatRequest, textAnswer } from '../../models/chat.ts';
import type { CaptionRequest } from '../../models/model.ts';
import { captionsOverChat } from './caption-prompt.ts';

const request: CaptionRequest = { description: 'A beach', style: 'casual', audience: 'general', language: 'es', count: 1 };
const english = textAnswer('{"captions": ["The sun over the sea with my friends."]}', 'stop', 'm', {
  promptTokens: 3,
  completionTokens: 5,
});
const never = () => new AbortController().signal;

/** A model whose calls end with these, one after the other. */
function model(...calls: readonly ((signal: AbortSignal) => Promise<ChatAnswer>)[]) {
  const seen: ChatRequest[] = [];
  const chat = (sent: ChatRequest, signal: AbortSignal) => {
    const call = calls[seen.length];
    seen.push(sent);
    if (call === undefined) throw new Error('one call too many');
    return call(signal);
  };
  return { seen, chat };
}

describe('A second request for captions in the right language', () => {
  test('continues the conversation', async () => {
    const { seen, chat } = model(
      async () => english,
      async () => english,
    );
    await captionsOverChat(chat, { captionTokens: 500 })(request, never());
    expect(seen[1]?.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(seen[1]?.messages.slice(0, 2)).toEqual(seen[0]?.messages);
  });

  test('is not sent if the attempt has no time for it', async () => {
    const { seen, chat } = model(async () => english);
    expect(await captionsOverChat(chat, { captionTokens: 500, attemptSeconds: 0.2 })(request, never())).toMatchObject({ language: 'en' });
    expect(seen).toHaveLength(1);
  });

  test('ends before the attempt does, with the first captions', async () => {
    const silent = (signal: AbortSignal) =>
      new Promise<ChatAnswer>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const { seen, chat } = model(async () => english, silent);
    expect(await captionsOverChat(chat, { captionTokens: 500, attemptSeconds: 0.5 })(request, never())).toMatchObject({
      language: 'en',
      usage: english.usage,
    });
    expect(seen).toHaveLength(2);
  });

  test('ends with the call when the caller leaves', async () => {
    const leaving = new AbortController();
    const { chat } = model(
      async () => english,
      async () => {
        leaving.abort(new Error('left'));
        throw leaving.signal.reason;
      },
    );
    await expect(captionsOverChat(chat, { captionTokens: 500 })(request, leaving.signal)).rejects.toThrow('left');
  });
});
