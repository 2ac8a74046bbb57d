import { hash, randomUUID } from 'node:crypto';
import type * as z from 'zod';
import type { Settings } from '../../contract/settings.ts';
import type { Caches } from '../cache/cache.ts';
import { Problem } from '../http/problem.ts';
import type { Emit } from '../http/stream.ts';
import { canonicalTag, primaryLanguage } from '../language/language-tags.ts';
import type { CaptionDraft, CaptionRequest, ModelCard, Routing } from '../models/model.ts';
import type { CallContext, Models } from '../models/models.ts';
import type { ModelSelection } from '../models/selection.ts';
import type { Picture, Pictures } from '../pictures/pictures.ts';
import type { History } from '../queries/history.ts';
import type { Meter } from '../usage/metering.ts';
import { type CaptionEvent, type CaptionEvents, createCaptionEvents } from './caption-events.ts';
import { cachedDraft, defaultCount, type GenerateRequest, type generateResponse } from './schema.ts';

type Answer = z.input<typeof generateResponse>;

export interface Captions {
  /**
   * Writes captions, and adds the best one to the caller's history. With `emit`, each caption is an event as soon as it is complete;
   * cached captions, and those written for another caller with the same request, are sent all at once.
   * @throws {Problem}; the reason of the context's signal
   */
  generate(request: GenerateRequest, context: CallContext, emit?: Emit<CaptionEvent>): Promise<Answer>;
}

interface Dependencies {
  readonly models: Models;
  readonly pictures: Pictures;
  readonly metering: Meter;
  readonly caches: Caches;
  readonly history: Pick<History, 'add'>;
  readonly settings: Pick<Settings, 'CACHE_TTL' | 'CACHE_MAX_ENTRIES'>;
  /** Part of the cache key: differs between configurations that give different answers. */
  readonly configurationKey: string;
}

interface CachedDraft extends CaptionDraft {
  /** A fallback wrote it because the preferred model failed, or it is in another language than requested. */
  readonly degraded: boolean;
}

/** How long degraded captions are cached, in seconds: meanwhile, callers do not all wait for the failing model. */
const degradedTtl = 10;

const canRead = ({ capabilities }: ModelCard) => capabilities.includes('vision') && capabilities.includes('captions');
const noVisionModel = () =>
  new Problem('no_vision_model', { errors: [{ pointer: '/image', message: 'no connected text model reads pictures' }] });

const isBudgetExhausted = (error: unknown) => error instanceof Problem && error.code === 'budget_exhausted';

/** What the model receives. The order of the fields is fixed: the cache key contains them. */
const captionRequestOf = (body: GenerateRequest): CaptionRequest => ({
  description: body.content_description ?? '',
  style: body.style,
  audience: body.audience,
  language: body.language && canonicalTag(body.language),
  count: body.count ?? defaultCount,
  length: body.length,
  emoji: body.emoji,
  hashtags: body.hashtags,
  callToAction: body.call_to_action,
  brandVoice: body.brand_voice,
  like: body.like,
  avoid: body.avoid,
});

/** One request for captions. */
interface Job {
  readonly request: CaptionRequest;
  readonly selection: ModelSelection;
  readonly clientId: string;
  readonly context: CallContext;
  readonly events: CaptionEvents | undefined;
  readonly picture: Picture | undefined;
}

type Writers = Pick<Dependencies, 'models' | 'pictures'>;

/** @throws {Problem} before anything is downloaded, if no model can read the picture */
async function readPicture({ models, pictures }: Writers, image: string | undefined, signal: AbortSignal): Promise<Picture | undefined> {
  if (image === undefined) return undefined;
  if (!models.list().some(canRead)) throw noVisionModel();
  return pictures.read(image, signal);
}

/** Writes captions with a model. @param signal aborts when no caller waits any more */
async function write({ models, pictures }: Writers, job: Job, signal: AbortSignal): Promise<CachedDraft> {
  const { request: described, selection, clientId, context, events, picture } = job;
  const request = picture === undefined ? described : { ...described, image: await pictures.toModelUrl(picture, signal) };
  const streaming = events && { onStart: ({ model }: Routing) => events.start(model), onPart: events.caption };
  const options = { ...context, ...streaming, signal, clientId, operation: 'generate' as const };
  const { answer, degraded } = await models.captions(selection, request, options);
  const isOtherLanguage = request.language !== undefined && primaryLanguage(answer.language) !== primaryLanguage(request.language);
  return { ...answer, degraded: degraded || isOtherLanguage };
}

function responseOf(id: string, { style, audience }: CaptionRequest, draft: CaptionDraft, cached: boolean): Answer {
  const [caption, ...alternatives] = draft.captions;
  const { promptTokens: prompt_tokens, completionTokens: completion_tokens } = draft.usage;
  return {
    id,
    caption,
    alternatives,
    hashtags: [...draft.hashtags],
    style,
    audience,
    language: draft.language,
    model: draft.model,
    cached,
    usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
  };
}

/** Writes captions with a model once for the same request within the TTL of the cache; the caller whose call writes them pays. */
export function createCaptions({ models, pictures, metering, caches, history, settings, configurationKey }: Dependencies): Captions {
  const cache = caches.create<CachedDraft>({
    name: 'captions',
    version: 4,
    schema: cachedDraft,
    crossProcessLock: true,
    ttlSeconds: settings.CACHE_TTL,
    ttlFor: ({ degraded }) => (degraded ? degradedTtl : undefined),
    maxEntries: settings.CACHE_MAX_ENTRIES,
  });
  const cacheKey = ({ request, selection: { model, prefer }, picture }: Job) =>
    hash('sha256', JSON.stringify([configurationKey, request, model, prefer, picture?.hash]));

  async function find(job: Job): ReturnType<typeof cache.get> {
    const { caller, signal } = job.context;
    let isWriter = false;
    try {
      const work = (abandoned: AbortSignal) => {
        isWriter = true;
        return write({ models, pictures }, job, abandoned);
      };
      const found = await cache.get(cacheKey(job), work, signal);
      if (!isWriter) {
        const { model } = found.value;
        const free = { promptTokens: 0, completionTokens: 0, costMicros: 0, cached: true };
        (job.context.meter ?? metering).record({ caller, clientId: job.clientId, operation: 'generate', model, ...free });
      }
      return found;
    } catch (error) {
      // The caller that wrote the same captions ran out of budget.
      if (!isWriter && isBudgetExhausted(error)) return find(job);
      throw error;
    }
  }

  return {
    async generate(body, context, emit) {
      const clientId = body.client_id;
      const id = randomUUID();
      const events = emit && createCaptionEvents(id, emit);
      const needs = [
        'captions' as const,
        ...(events ? ['streaming' as const] : []),
        ...(body.image === undefined ? [] : ['vision' as const]),
      ];
      const request = captionRequestOf(body);
      const selection = { model: body.model, prefer: body.prefer, needs, language: request.language };
      const picture = await readPicture({ models, pictures }, body.image, context.signal);
      const { value, level } = await find({ request, selection, clientId, context, events, picture });
      await events?.rest(value);
      history.add(context.caller, clientId, 'caption', value.captions[0]);
      return responseOf(id, request, value, level !== 'none');
    },
  };
}
