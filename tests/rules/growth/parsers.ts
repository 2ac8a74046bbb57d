import { redact } from '../../../contract/redact.ts';
import { requestIdPattern } from '../../../contract/request-id.ts';
import { explain } from '../../../scripts/cli/failure.ts';
import { truncatedLine } from '../../../scripts/github/text.ts';
import { isToken } from '../../../service/accounts/tokens.ts';
import { parseEvents } from '../../../service/client/event-stream.ts';
import { clientNetwork } from '../../../service/http/client-network.ts';
import { parseMultipart } from '../../../service/http/multipart.ts';
import { parseJson } from '../../../service/http/parse-json.ts';
import { Problem } from '../../../service/http/problem.ts';
import { timestamp } from '../../../service/http/timestamp.ts';
import { clearLanguage, isInOtherLanguage } from '../../../service/language/caption-language.ts';
import { certainLanguage, detectLanguage, isOtherLanguage } from '../../../service/language/detect-language.ts';
import { textAnswer } from '../../../service/models/chat.ts';
import { captionFitter } from '../../../service/models/fit-caption.ts';
import { validHashtags } from '../../../service/models/hashtags.ts';
import { forInstagram } from '../../../service/models/instagram.ts';
import { analyze as analyzeNews } from '../../../service/news/analysis/analyze.ts';
import { readSubject } from '../../../service/news/analysis/subject.ts';
import { parseArticlePage } from '../../../service/news/parsing/article-page.ts';
import { canonicalUrl } from '../../../service/news/parsing/canonical-url.ts';
import { parseDate } from '../../../service/news/parsing/dates.ts';
import { ParseError } from '../../../service/news/parsing/document.ts';
import { contentHash, simHash } from '../../../service/news/parsing/hashes.ts';
import { parseDocument } from '../../../service/news/parsing/parse-document.ts';
import { selectorProblem } from '../../../service/news/parsing/selectors.ts';
import { parseDataUrl } from '../../../service/pictures/data-url.ts';
import { analyze } from '../../../service/providers/offline/analyze.ts';
import { findArithmetic } from '../../../service/providers/offline/arithmetic.ts';
import { composeReply } from '../../../service/providers/offline/compose-reply.ts';
import { findEvidence } from '../../../service/providers/offline/evidence.ts';
import { hashtag } from '../../../service/providers/offline/hashtags.ts';
import { createOfflineModel } from '../../../service/providers/offline/offline.ts';
import { plainLines } from '../../../service/providers/offline/plain-lines.ts';
import { polished } from '../../../service/providers/offline/polish.ts';
import { sentimentOf, toneOf } from '../../../service/providers/offline/tone.ts';
import { topicsOf } from '../../../service/providers/offline/topics.ts';
import { translate, translatePhrase } from '../../../service/providers/offline/translate.ts';
import { captionsOverChat } from '../../../service/providers/shared/caption-prompt.ts';
import { createCaptionReader } from '../../../service/providers/shared/caption-reader.ts';
import { buildContext } from '../../../service/queries/context/context.ts';
import { javascriptBlocks } from '../../../service/queries/sandbox/javascript-blocks.ts';
import { shapes } from '../../../service/shapes.ts';
import { createLogger } from '../../../service/telemetry/log.ts';
import { testCard } from '../../../service/testing/models.ts';
import type { Parser } from './measure.ts';

const newsSubject = readSubject('breast-cancer');
const signal = new AbortController().signal;
const offline = createOfflineModel(testCard());
const caption = { style: 'casual', audience: 'general', count: 5, language: undefined } as const;
const log = createLogger('info', { write: () => {} });

/** A model that answers a request for captions with the text. */
function respondingModel(text: string) {
  const write = captionsOverChat(
    async (_request, _signal, onDelta) => {
      for (let at = 0; at < text.length; at += 100) await onDelta?.({ index: 0, delta: { content: text.slice(at, at + 100) } });
      return textAnswer(text, 'stop', 'test', { promptTokens: 1, completionTokens: 1 });
    },
    { captionTokens: 500 },
  );
  return forInstagram(write);
}

/** As a network delivers a text: in small pieces. */
async function* inChunks(text: string): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 64) yield bytes.subarray(at, at + 64);
}

async function exhaust(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}

const captionOf = (text: string) => ({ description: text, ...caption });
const bodyOf = (
  name: 'generate' | 'query' | 'createUser' | 'login' | 'refresh' | 'createKey' | 'chatCompletions' | 'createResponse',
  body: object,
) => shapes[name].body.safeParse(body);

const news = { contentType: '', url: 'https://example.com/', now: new Date('2026-01-01T00:00:00Z') } as const;

/** A document of news in which the text is repeated in each place where a publisher may write. */
function parseNews(kind: 'feed' | 'sitemap' | 'page', text: string): void {
  try {
    parseDocument({ ...news, bytes: Buffer.from(text), kind, selectors: { item: 'a, p, div b', date: 'i' } });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
}

/** Every parser of a text that a caller, a model, a server or a cluster may choose: what it is and a call of it. */
export const parsers: Readonly<Record<string, Parser>> = {
  'offline: plain lines': plainLines,
  'offline: polished text': polished,
  'offline: hashtag': hashtag,
  'offline: arithmetic': findArithmetic,
  'offline: language': detectLanguage,
  'captions: language': certainLanguage,
  'captions: language of a tag': (text) => [isInOtherLanguage(text, 'ja'), isInOtherLanguage(text, 'fr'), clearLanguage(text)],
  'captions: limits': (text) => [captionFitter(captionOf(''))(text), validHashtags([text])],
  'captions: options': (text) =>
    captionFitter({ ...captionOf(text), emoji: 'none', hashtags: 0, length: 'short', callToAction: text.slice(0, 200) })(text),
  'offline: other language': isOtherLanguage,
  'offline: analysis': analyze,
  'offline: tone': (text) => [toneOf(text, 'en'), toneOf(text, 'es'), sentimentOf(text, 'en')],
  'offline: topics': (text) => [topicsOf(text, 'en'), topicsOf(text, 'es')],
  'offline: translation': (text) => [translate(text, 'en'), translate(text, 'es'), translatePhrase(text, 'es')],
  'offline: evidence for a question': (text) => findEvidence(text, ['The museum opens at ten in the morning.']),
  'offline: evidence in a context': (text) => findEvidence('When does the museum open?', [text]),
  'offline: reply': (text) => composeReply([{ role: 'user', content: text }]),
  'offline: caption': (text) => offline.writeCaptions(captionOf(text), signal).catch(() => {}),
  'captions: JSON of a model, in pieces': (text) => {
    const read = createCaptionReader();
    for (let at = 0; at < text.length; at += 7) read(text.slice(at, at + 7));
  },
  'captions: answer of a model': (text) => respondingModel(text)(captionOf(''), signal).catch(() => {}),
  'captions: stream of a model': (text) => respondingModel(text)(captionOf(''), signal, async () => {}).catch(() => {}),
  'queries: fences': (text) => javascriptBlocks(text),
  'queries: context': (text) => buildContext(text, [{ name: 'notes', candidates: [{ text, reason: 'a note' }] }], 500),
  'shapes: caption': (text) =>
    bodyOf('generate', { content_description: text, style: text, audience: text, client_id: text, [text]: text }),
  'shapes: query': (text) => bodyOf('query', { query: text, model: text, client_id: text }),
  'shapes: chat': (text) => bodyOf('chatCompletions', { model: text, messages: [{ role: 'user', content: text }], stop: text }),
  'shapes: response': (text) => bodyOf('createResponse', { model: text, input: [{ role: 'user', content: text }], instructions: text }),
  'shapes: user': (text) => bodyOf('createUser', { username: text, email: text, password: text, role: text }),
  'shapes: login': (text) => [bodyOf('login', { username: text, password: text }), bodyOf('refresh', { refresh_token: text })],
  'shapes: key': (text) => bodyOf('createKey', { name: text, permissions: [text], expires_at: text }),
  'shapes: time': (text) => timestamp.safeParse(text),
  'news: feed': (text) => parseNews('feed', `<rss><channel><item>${text}</item></channel></rss>`),
  'news: field of a feed': (text) =>
    parseNews(
      'feed',
      `<rss><channel><item><link>/a</link><title>${text}</title><description>${text}</description><pubDate>${text}</pubDate></item></channel></rss>`,
    ),
  'news: Atom': (text) => parseNews('feed', `<feed xmlns="http://www.w3.org/2005/Atom"><entry>${text}</entry></feed>`),
  'news: any document': (text) => parseNews('feed', text),
  'news: JSON Feed': (text) => parseNews('feed', `{"items":[${text}]}`),
  'news: sitemap': (text) => parseNews('sitemap', `<urlset><url>${text}</url></urlset>`),
  'news: list page': (text) => parseNews('page', text),
  'news: article page': (text) => parseArticlePage({ ...news, bytes: Buffer.from(text) }),
  'news: analysis': (text) => analyzeNews({ title: text, summary: text, declaredLanguage: text, sourceCountry: null }, newsSubject),
  'news: date': (text) => parseDate(text, news.now),
  'news: canonical URL': (text) => canonicalUrl(`https://example.com/${text}`),
  'news: hashes': (text) => [contentHash({ url: text, title: text, summary: text }), simHash(text)],
  'news: selector': selectorProblem,
  'http: form': (text) => parseMultipart('multipart/form-data; boundary=@', Buffer.from(text)).catch(() => {}),
  'pictures: data URL': (text) => {
    try {
      return parseDataUrl(`data:${text}`);
    } catch {
      return undefined;
    }
  },
  'http: JSON': (text) => {
    try {
      parseJson(text);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  },
  'http: credential': isToken,
  'http: request id': (text) => requestIdPattern.test(text),
  'http: address': clientNetwork,
  'log line': (text) => log.info({ text, error: new Error(text) }, text),
  'client: server-sent events': (text) => exhaust(parseEvents(inChunks(text))),
  'release tool: redaction': redact,
  'release tool: cause of a failure': explain,
  'release tool: description of a deployment': (text) => truncatedLine(text, 140),
};
