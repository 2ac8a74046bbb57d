import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { ChatRequest } from '../../models/chat.ts';
import { testCard } from '../../testing/models.ts';
import { composeReply, type TextMessage } from './compose-reply.ts';
import { createOfflineModel } from './offline.ts';

const model = createOfflineModel(testCard({ maxTokens: 50 }));
const never = () => new AbortController().signal;
const user = (content: string): TextMessage => ({ role: 'user', content });
const system = (content: string): TextMessage => ({ role: 'system', content });

const museum = system('Context: The museum opens at ten in the morning. Tickets cost five euros. It is closed on Mondays.');
const museo = system('Contexto:\n- El museo abre a las diez de la mañana.\n- La entrada cuesta cinco euros.');

describe('A reply of the offline model', () => {
  test.each([
    ['When does the museum open?', museum, 'From the context: The museum opens at ten in the morning.'],
    ['How much do tickets cost?', museum, 'From the context: Tickets cost five euros.'],
    ['¿A qué hora abre el museo?', museo, 'Según el contexto: El museo abre a las diez de la mañana.'],
    ['¿Cuánto cuesta la entrada?', museo, 'Según el contexto: La entrada cuesta cinco euros.'],
  ])('to "%s" quotes the sentence of the context that answers it, in the language of the question', async (question, context, answer) => {
    expect(await composeReply([context, user(question)])).toBe(answer);
  });

  test('finds the fact in what was said before, too', async () => {
    const said = [user('My cat is called Luna.'), { role: 'assistant', content: 'Nice to meet her.' } as const];
    expect(await composeReply([...said, user('What is my cat called?')])).toContain('My cat is called Luna.');
  });

  test.each(['‹', '(', '@', '#', '<', '.', '<a', '“', '\u0315\u0300\u0334', '🇪🇸', '👩\u200d', '\r\n'])(
    'to a beach behind and before 40,000 of %j names the beach',
    async (sign) => {
      const signs = sign.repeat(40_000 / sign.length);
      expect(await composeReply([user(`${signs} A wonderful, happy day at the beach ${signs}`)])).toMatch(
        /Key terms: .*beach.* Tone: positive\./,
      );
    },
  );

  test('to a list without spaces names its words', async () => {
    expect(await composeReply([user(`The ${'beach,harbour;café/'.repeat(500)}`)])).toContain('Key terms: beach, harbour, café.');
  });

  test.each([
    ['a', 'Key terms'],
    ['ñ', 'Términos clave'],
  ])('takes 40,000 times %s for no word', async (letter, label) => {
    expect(await composeReply([user(letter.repeat(40_000))])).not.toContain(label);
  });

  test('quotes nothing that has little to do with the question, nor the question itself', async () => {
    for (const question of ['Who painted the Mona Lisa?', 'Is the castle open?']) {
      expect(await composeReply([museum, user(question), user(question)])).not.toContain('From the context');
    }
  });

  test.each([
    ['A wonderful, happy day at the beach with my dog', ['Key terms:', 'beach', 'dog', 'Tone: positive.', 'No language model']],
    ['The train to Madrid', ['train', 'Madrid', 'Tone: neutral.']],
    ['A terrible, awful accident', ['Tone: grave.']],
    ['Un día feliz en la playa con mi perro', ['Términos clave:', 'playa', 'perro', 'Tono: positivo.', 'No hay ningún modelo']],
    ['Estoy triste y sola en la playa', ['playa', 'Tono: negativo.']],
  ])('to "%s" names key terms and tone, and says what it is', async (text, parts) => {
    const answer = await composeReply([user(text)]);
    for (const part of parts) expect(answer).toContain(part);
  });

  test.each([
    ['How much is (2+3)*4?', '```js\n(2 + 3) * 4\n```'],
    ['Ejecuta esto:\n```js\nconst a = 1;\na + 1\n```', 'Este es el código que hay que ejecutar:\n\n```js\nconst a = 1;\na + 1\n```'],
    ['Run ```javascript\n[1, 2].map(String)\n``` please', '```js\n[1, 2].map(String)\n```'],
  ])('to %j holds the code to run', async (query, code) => expect(await composeReply([user(query)])).toContain(code));

  test('never fails, is never empty, and is the same for the same messages', async () => {
    const texts = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', '```js\n', '¿?', '2 +', '日本語', 'The museum opens. '));
    const messages = fc.array(fc.record({ role: fc.constantFrom('system', 'user', 'assistant'), content: texts }));
    await fc.assert(
      fc.asyncProperty(messages, async (each) => {
        const answer = await composeReply(each);
        expect(answer.trim()).not.toBe('');
        expect(await composeReply(each)).toBe(answer);
      }),
    );
  });
});

describe('The offline model’s chat', () => {
  const request: ChatRequest = { messages: [museum, user('When does the museum open?')] };

  test('streams exactly the words of its answer', async () => {
    const pieces: string[] = [];
    const whole = await model.chat(request, never(), async ({ delta }) => void pieces.push(delta.content ?? ''));
    expect(pieces.length).toBeGreaterThan(5);
    expect(whole).toEqual(await model.chat(request, never()));
    expect(pieces.join('')).toBe(whole.text);
  });

  test('to a long conversation is written off the event loop, and is the same', async () => {
    const messages = [museum, user(`When does the museum open? ${'The old fisherman walks along the quiet harbour. '.repeat(10_000)}`)];
    let turns = 0;
    let over = false;
    const turn = () => {
      turns += 1;
      if (!over) setImmediate(turn);
    };
    turn();
    const { text } = await model.chat({ messages, maxTokens: 50 }, never());
    over = true;
    expect(turns).toBeGreaterThan(100);
    expect(text).toBe(await composeReply(messages));
  });

  test('to a long conversation ends when the caller leaves, and the next one gets a reply', async () => {
    const long = [user('beach '.repeat(100_000))];
    const caller = new AbortController();
    const left = model.chat({ messages: long }, caller.signal);
    caller.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    expect((await model.chat({ messages: long }, never())).text).toContain('Key terms: beach');
  });

  test('counts words as its tokens', async () => {
    const { usage } = await model.chat({ messages: [system('Two words'), user('Three more words')] }, never());
    expect(usage.promptTokens).toBe(5);
    expect(usage.completionTokens).toBeGreaterThan(5);
  });

  test.each([
    [{ maxTokens: 4 }, 'From the context: The', 'length'],
    [{ stop: [' ten', 'opens'] }, 'From the context: The museum ', 'stop'],
    [{ maxTokens: 1000 }, 'From the context: The museum opens at ten in the morning.', 'stop'],
  ] as const)('ends at the limit with %j', async (limits, text, finish) => {
    expect(await model.chat({ ...request, ...limits }, never())).toMatchObject({ text, choices: [{ finish_reason: finish }] });
  });

  test('keeps to its own limit of tokens', async () => {
    const { choices, usage } = await model.chat({ messages: [user(`\`\`\`js\n${'word '.repeat(100)}\n\`\`\``)], maxTokens: 90 }, never());
    expect([choices[0]?.finish_reason, usage.completionTokens]).toEqual(['length', 50]);
  });

  test('gives the same answer n times, and counts it n times', async () => {
    const pieces = new Map<number, string>();
    const streamed = await model.chat({ ...request, options: { n: 2 } }, never(), async ({ index, delta: { content = '' } }) => {
      pieces.set(index, (pieces.get(index) ?? '') + content);
    });
    const once = await model.chat(request, never());
    expect(streamed.choices.map(({ index, message }) => [index, message.content])).toEqual([
      [0, once.text],
      [1, once.text],
    ]);
    expect([...pieces]).toEqual([...pieces.keys()].map((index) => [index, once.text]));
    expect(pieces.size).toBe(2);
    expect(streamed.usage).toEqual({ ...once.usage, completionTokens: 2 * once.usage.completionTokens });
  });

  test('ends when the caller leaves', async () => {
    const caller = new AbortController();
    const stream = model.chat(request, caller.signal, async () => caller.abort(new Error('left')));
    await expect(stream).rejects.toThrow('left');
    await expect(model.chat(request, caller.signal)).rejects.toThrow('left');
  });
});
