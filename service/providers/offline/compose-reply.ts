import type { Language } from '../../language/languages.ts';
import type { ChatMessage } from '../../models/chat.ts';
import { analyze, type TextAnalysis } from './analyze.ts';
import { findArithmetic } from './arithmetic.ts';
import { findEvidence } from './evidence.ts';
import { isSober } from './tone.ts';

const mostKeywords = 6;
const fence = /```(?:js|javascript)[^\S\n]*\n([\s\S]*?)```/i;

/** A message that is a text. */
export type TextMessage = Pick<ChatMessage, 'role'> & { readonly content: string };

type Tone = 'good' | 'neutral' | 'bad' | 'grave';

/** Maximum number of characters of the last message that are analyzed for key terms and tone. */
const longestRead = 100_000;

/** The phrases of the offline model. */
interface Phrases {
  readonly code: string;
  readonly evidence: string;
  readonly keywords: string;
  readonly tone: Readonly<Record<Tone, string>>;
  /** Makes clear that the rest is not knowledge. */
  readonly limits: string;
}

const phrases: Readonly<Record<Language, Phrases>> = {
  en: {
    code: 'This is the code to run:',
    evidence: 'From the context:',
    keywords: 'Key terms:',
    tone: { good: 'Tone: positive.', neutral: 'Tone: neutral.', bad: 'Tone: negative.', grave: 'Tone: grave.' },
    limits: 'No language model is connected, so I can only quote the context, name key terms and pass code on.',
  },
  es: {
    code: 'Este es el código que hay que ejecutar:',
    evidence: 'Según el contexto:',
    keywords: 'Términos clave:',
    tone: { good: 'Tono: positivo.', neutral: 'Tono: neutro.', bad: 'Tono: negativo.', grave: 'Tono: grave.' },
    limits: 'No hay ningún modelo de lenguaje conectado: solo puedo citar el contexto, nombrar términos clave y pasar código.',
  },
};

/** A weaker sentiment is neutral. */
const clear = 0.2;

function toneOf({ tone, sentiment }: TextAnalysis): Tone {
  if (tone === 'grave') return 'grave';
  if (isSober(tone) || sentiment < -clear) return 'bad';
  return sentiment > clear ? 'good' : 'neutral';
}

/** The code of a query: its own fenced block, else its arithmetic. */
const codeOf = (query: string) => fence.exec(query)?.[1]?.trim() || findArithmetic(query.replace(/```[\s\S]*?```/g, ' '));

/**
 * Replies to the last user message in its own language: with its code to run, the sentence of the other messages that answers it, or
 * else its key terms and tone.
 */
export async function composeReply(messages: readonly TextMessage[]): Promise<string> {
  const at = messages.findLastIndex(({ role }) => role === 'user');
  const query = messages[at]?.content ?? '';
  const prose = query.replace(/```[\s\S]*?(?:```|$)/g, ' ').trim();
  const reading = analyze(prose.slice(0, longestRead));
  const say = phrases[reading.language];
  const code = codeOf(query);
  const evidence = findEvidence(
    prose,
    messages.filter((_, index) => index !== at).map(({ content }) => content),
  );
  const keywords = reading.keywords.slice(0, mostKeywords).join(', ');
  const about = [keywords === '' ? '' : `${say.keywords} ${keywords}.`, say.tone[toneOf(reading)], say.limits].filter(
    (part) => part !== '',
  );
  return [
    ...(code === undefined ? [] : [`${say.code}\n\n\`\`\`js\n${code}\n\`\`\``]),
    ...(evidence === undefined ? [] : [`${say.evidence} ${evidence}`]),
    ...(code === undefined && evidence === undefined ? [about.join(' ')] : []),
  ].join('\n\n');
}
