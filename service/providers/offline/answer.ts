import { wordsOf } from '../../language/words.ts';
import type { TokenUsage } from '../../models/chat.ts';
import { composeReply, type TextMessage } from './compose-reply.ts';
import { wordCount } from './word-count.ts';

/** The `model` of the answers: shows that it is not a large language model. */
export const offlineModelName = 'leyenda-offline-1';

/** A conversation of texts. */
export interface Conversation {
  readonly messages: readonly TextMessage[];
  readonly maxTokens: number | undefined;
  readonly stop: readonly string[] | undefined;
}

export interface Reply {
  readonly text: string;
  readonly finish: 'stop' | 'length';
  readonly usage: TokenUsage;
}

/** Truncates a text at the first stop text and at the maximum number of words. */
function limited(text: string, { maxTokens = Number.POSITIVE_INFINITY, stop = [] }: Conversation): Pick<Reply, 'text' | 'finish'> {
  const ends = stop.map((end) => text.indexOf(end)).filter((at) => at >= 0);
  const stopped = ends.length > 0 ? text.slice(0, Math.min(...ends)) : text;
  const words = wordsOf(stopped);
  const last = words[maxTokens - 1];
  if (words.length <= maxTokens || last === undefined) return { text: stopped, finish: 'stop' };
  return { text: stopped.slice(0, last.end), finish: 'length' };
}

/** Replies to a conversation; its tokens are words. */
export async function answer(request: Conversation): Promise<Reply> {
  const { text, finish } = limited(await composeReply(request.messages), request);
  const promptTokens = request.messages.reduce((sum, { content }) => sum + wordCount(content), 0);
  return { text, finish, usage: { promptTokens, completionTokens: wordCount(text) } };
}
