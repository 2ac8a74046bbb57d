import { timings } from '../../../contract/timings.ts';
import { clearLanguage, isInOtherLanguage } from '../../language/caption-language.ts';
import { detectLanguage } from '../../language/detect-language.ts';
import { languageName, primaryLanguage } from '../../language/language-tags.ts';
import type { ChatAnswer, ChatRequest, TokenUsage } from '../../models/chat.ts';
import type { CaptionDraft, CaptionRequest, OnPart, TextModel } from '../../models/model.ts';
import { ModelError } from '../../models/model-error.ts';
import { deadlineSignal } from '../../runtime/deadline.ts';
import { readCaptionAnswer } from './caption-answer.ts';
import { captionMessages, extraTokens } from './caption-instructions.ts';
import { createCaptionReader } from './caption-reader.ts';

/** A request for captions as a conversation. */
const captionPrompt = (
  request: CaptionRequest,
  { captionTokens, maxTokens = Number.POSITIVE_INFINITY, options }: Options,
): ChatRequest => ({
  maxTokens: Math.min(captionTokens + extraTokens(request), maxTokens),
  options,
  messages: captionMessages(request),
});

/** The conversation continued: the captions are in another language than requested. */
function promptAgain(prompt: ChatRequest, answer: string, language: string): ChatRequest {
  const name = languageName(language);
  const content = `These captions are not in ${name}. Answer again with the same JSON object, with every caption in ${name}.`;
  return { ...prompt, messages: [...prompt.messages, { role: 'assistant', content: answer }, { role: 'user', content }] };
}

/** Undetermined, in BCP 47. */
const undetermined = 'und';

/** The language that captions are in: as requested or as the model says, unless they are certainly in another one. */
function languageOfCaptions(captions: readonly string[], { language, callToAction }: CaptionRequest, claimed: string | undefined): string {
  const whole = captions.join('\n');
  const text = callToAction === undefined ? whole : whole.replaceAll(callToAction, ' ');
  const named = [language, claimed].filter((tag) => tag !== undefined);
  const truthful = named.find((tag) => !isInOtherLanguage(text, tag));
  return truthful ?? clearLanguage(text) ?? (named.length > 0 ? undetermined : detectLanguage(text));
}

/**
 * @param sent captions that a stream has sent: they come first in the draft
 * @throws {ModelError} `invalid_response` if there is no caption
 */
function draftOf(request: CaptionRequest, { text, model, usage }: ChatAnswer, sent: readonly string[] = []): CaptionDraft {
  const answer = readCaptionAnswer(text, request.count);
  const [first, ...rest] = new Set([...sent, ...(answer?.captions ?? [])]);
  if (first === undefined) throw new ModelError('invalid_response', 'the model wrote no captions', { spent: usage });
  const language = languageOfCaptions([first, ...rest], request, answer?.language);
  return { captions: [first, ...rest], hashtags: answer?.hashtags ?? [], language, model, usage };
}

const sum = (one: TokenUsage, other: TokenUsage | undefined): TokenUsage => ({
  promptTokens: one.promptTokens + (other?.promptTokens ?? 0),
  completionTokens: one.completionTokens + (other?.completionTokens ?? 0),
});

/** Time, in milliseconds, that remains for the pipeline after a second answer. */
const reserveMs = 250;

/** Requests captions in a language a second time. @returns the first captions if the second are no better; with the usage of both */
async function inLanguage(language: string, first: CaptionDraft, repeat: () => Promise<CaptionDraft>): Promise<CaptionDraft> {
  try {
    const second = await repeat();
    const usage = sum(first.usage, second.usage);
    return { ...(primaryLanguage(second.language) === primaryLanguage(language) ? second : first), usage };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return { ...first, usage: sum(first.usage, error.spent) };
  }
}

interface Options {
  /** Maximum tokens of an answer to a request without options. */
  readonly captionTokens: number;
  /** Maximum tokens of any answer; default: the model's own limit. */
  readonly maxTokens?: number | undefined;
  /** Fields of each request, such as JSON mode. */
  readonly options?: ChatRequest['options'];
  /** Maximum time of one attempt: captions in the wrong language are requested again only within it. */
  readonly attemptSeconds?: number | undefined;
}

/** Writes captions with a chat model: it is instructed to write JSON, which is read as it arrives. */
export function captionsOverChat(
  chat: TextModel['chat'],
  { attemptSeconds = timings.modelAttempt, ...limits }: Options,
): TextModel['writeCaptions'] {
  async function whole(request: CaptionRequest, signal: AbortSignal): Promise<CaptionDraft> {
    const prompt = captionPrompt(request, limits);
    const startedAt = performance.now();
    const answer = await chat(prompt, signal);
    const first = draftOf(request, answer);
    const language = request.language ?? clearLanguage(request.description);
    const elapsedMs = performance.now() - startedAt;
    const leftMs = attemptSeconds * 1000 - elapsedMs - reserveMs;
    // A second answer takes about as long as the first.
    if (language === undefined || primaryLanguage(first.language) === primaryLanguage(language) || leftMs < elapsedMs) return first;
    const until = AbortSignal.any([signal, deadlineSignal(leftMs, () => new ModelError('timeout', 'no time for a second answer'))]);
    return inLanguage(language, first, async () => draftOf(request, await chat(promptAgain(prompt, answer.text, language), until)));
  }

  async function streamed(request: CaptionRequest, signal: AbortSignal, onCaption: OnPart<string>): Promise<CaptionDraft> {
    const read = createCaptionReader();
    const sent: string[] = [];
    const answer = await chat(captionPrompt(request, limits), signal, async ({ index, delta: { content = '' } }) => {
      if (index !== 0) return;
      for (const caption of read(content)) {
        sent.push(caption);
        await onCaption(caption);
      }
    });
    return draftOf(request, answer, sent);
  }

  return (request, signal, onCaption) => (onCaption === undefined ? whole(request, signal) : streamed(request, signal, onCaption));
}
