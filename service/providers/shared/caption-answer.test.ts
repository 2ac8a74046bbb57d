import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { readCaptionAnswer } from './caption-answer.ts';

const json = '{"captions": ["Sun over Cádiz.", "Salt and light."], "hashtags": ["#Cádiz"], "language": "en"}';
const two = ['Sun over Cádiz.', 'Salt and light.'];

/** What models write in place of the requested JSON: what it is, the text, its captions, its hashtags if they matter. */
const answers: readonly (readonly [what: string, text: string, captions: readonly string[], hashtags?: readonly string[]])[] = [
  ['the requested JSON', json, two, ['#Cádiz']],
  ['a code fence', `\`\`\`json\n${json}\n\`\`\``, two, ['#Cádiz']],
  ['a greeting before and a wish after', `Sure, here you go:\n\n\`\`\`\n${json}\n\`\`\`\nEnjoy {it}!`, two],
  ['prose with braces before', `Hello {name}, [as requested]: ${json}`, two],
  ['an unclosed brace before', `A smile :-{ and ${json}`, two],
  ['a draft before', `Draft: {"captions": ["draft"]}. Better: ${json}`, two],
  ['reasoning without its opening tag', `They want JSON like {"captions": ["draft idea"]}. Fine.</think>\n\n${json}`, two],
  ['an example of another form after', `${json}\nUse it like {"id": 1}.`, two],
  ['a trailing comma', '{"captions": ["Sun over Cádiz.", "Salt and light.",], "hashtags": ["#Cádiz",],}', two, ['#Cádiz']],
  ['a raw newline in a string', '{"captions": ["Sun over Cádiz.\nSalt", "Light."]}', ['Sun over Cádiz.\nSalt', 'Light.']],
  ['quotation marks that are not escaped', '{"captions": ["He said "hi" to me", "Light."]}', ['He said "hi" to me', 'Light.']],
  ['an odd quotation mark', '```\n{"captions": ["A 5" tall dog", "Light."]}\n```\nEnjoy!', ['A 5" tall dog', 'Light.']],
  ['a missing comma', '{"captions": ["Sun over Cádiz." "Salt and light."]}', two],
  ['curly quotation marks', '{“captions”: [“Sun over Cádiz.”, “Salt and light.”]}', two],
  ['a Python dictionary', "{'captions': ['Sun over Cádiz.', 'It\\'s light.'], 'language': None}", ['Sun over Cádiz.', "It's light."]],
  ['keys without quotation marks', '{captions: ["Sun over Cádiz.", "Salt and light."]}', two],
  ['a comment', '{"captions": ["Sun over Cádiz.", // the best\n"Salt and light."]}', two],
  ['no closing brackets', '{"captions": ["Sun over Cádiz.", "Salt and light."', two],
  ['a cut second caption', '{"captions": ["Sun over Cádiz.", "Salt and li', ['Sun over Cádiz.']],
  ['a cut only caption', '{"captions": ["Sun over Cádiz and sa', ['Sun over Cádiz and…']],
  ['a cut hashtag', '{"captions": ["Sun over Cádiz."], "hashtags": ["#Cádiz", "#be', ['Sun over Cádiz.'], ['#Cádiz']],
  ['objects with a text', '{"captions": [{"text": "Sun over Cádiz."}, {"text": "Salt and light."}]}', two],
  [
    'objects with a caption',
    '{"captions": [{"id": 1, "caption": "Sun over Cádiz.", "style": "casual"}, {"caption": "Salt and light."}]}',
    two,
  ],
  [
    'objects with hashtags of their own',
    '{"captions": [{"text": "Sun.", "hashtags": ["#sun"]}, {"text": "Sea."}]}',
    ['Sun.', 'Sea.'],
    ['#sun'],
  ],
  ['objects with any one field', '{"captions": [{"casual": "Sun over Cádiz."}, {"casual": "Salt and light."}]}', two],
  ['numbered keys inside', '{"captions": {"1": "Sun over Cádiz.", "2": "Salt and light."}}', two],
  ['numbered keys', '{"caption1": "Sun over Cádiz.", "caption2": "Salt and light.", "hashtags": ["#Cádiz"]}', two, ['#Cádiz']],
  ['another name', '{"leyendas": ["Sun over Cádiz.", "Salt and light."], "etiquetas": ["#Cádiz"]}', two],
  [
    'mistakes that are not repaired, up to the first',
    '{"captions": ["Sun over Cádiz.", "Salt and light."]}}, "hashtags"": ["#Cádiz"]',
    two,
  ],
  ['an object around it', '{"result": {"captions": ["Sun over Cádiz.", "Salt and light."]}, "hashtags": ["#Cádiz"]}', two, ['#Cádiz']],
  ['a list of one object', `[${json}]`, two],
  ['a list without an object', '["Sun over Cádiz.", "Salt and light."]', two],
  ['a list of objects', '[{"caption": "Sun over Cádiz."}, {"caption": "Salt and light."}]', two],
  ['an object each', '{"caption": "Sun over Cádiz."}\n{"caption": "Salt and light."}', two],
  ['the form of the API', '{"caption": "Sun over Cádiz.", "alternatives": ["Salt and light."]}', two],
  ['one string', '{"captions": "Sun over Cádiz."}', ['Sun over Cádiz.']],
  ['one string with a caption per line', '{"captions": "Sun over Cádiz.\\nSalt and light."}', two],
  ['one string with more lines than captions', '{"captions": "Sun.\\nSea.\\nSalt."}', ['Sun.\nSea.\nSalt.']],
  ['JSON in a string', JSON.stringify(json), two],
  ['names in capitals', '{"Captions": ["Sun over Cádiz.", "Salt and light."]}', two],
  ['numbers in the captions', '{"captions": ["1. Sun over Cádiz.", "2) Salt and light."]}', two],
  [
    'a number that belongs to the caption',
    '{"captions": ["7. May in Cádiz.", "Salt and light."]}',
    ['7. May in Cádiz.', 'Salt and light.'],
  ],
  ['quotation marks in the captions', '{"captions": ["\\"Sun over Cádiz.\\"", "“Salt and light.”"]}', two],
  ['captions without text', '{"captions": ["", "...", "Sun over Cádiz.", null, 5]}', ['Sun over Cádiz.']],
  ['only emojis', '{"captions": ["🌅🌊"]}', ['🌅🌊']],
  ['a numbered list without JSON', 'Here you are:\n1. Sun over Cádiz.\n2. "Salt and light."\n\n#Cádiz #sun', two, ['#Cádiz #sun']],
  ['a bulleted list without JSON', '- Sun over Cádiz.\n- Salt and light.', two],
  ['no hashtags', '{"captions": ["Sun over Cádiz."]}', ['Sun over Cádiz.'], []],
  ['null for hashtags', '{"captions": ["Sun over Cádiz."], "hashtags": null}', ['Sun over Cádiz.'], []],
  ['hashtags in one string', '{"captions": ["Sun."], "hashtags": "#sun #sea"}', ['Sun.'], ['#sun #sea']],
  ['hashtags in one string without signs', '{"captions": ["Sun."], "hashtags": "sun sea"}', ['Sun.'], ['sun', 'sea']],
  ['hashtags as objects', '{"captions": ["Sun."], "hashtags": [{"tag": "#sun"}]}', ['Sun.'], ['#sun']],
  ['hashtags only in the captions', '{"captions": ["Sun over #Cádiz #sol"], "hashtags": []}', ['Sun over #Cádiz #sol'], ['#Cádiz', '#sol']],
];

describe('The captions of a whole answer are read from', () => {
  const rows = answers.map(([what, text, captions, hashtags]) => [what, text, { captions, ...(hashtags && { hashtags }) }] as const);
  test.each(rows)('%s', (_, text, expected) => {
    expect(readCaptionAnswer(text, 2)).toMatchObject(expected);
  });

  test.each([
    ['es', 'es'],
    ['ES', 'es'],
    ['Spanish', 'es'],
    ['español', 'es'],
    ['en-GB', 'en-GB'],
    ['pt_br', 'pt-BR'],
    ['Inglés', 'en'],
    ['French', 'fr'],
    ['en | es', undefined],
    [null, undefined],
  ])('an answer whose language is %j', (language, expected) => {
    expect(readCaptionAnswer(JSON.stringify({ captions: ['Sol.'], language }), 1)?.language).toBe(expected);
  });

  test('JSON that is too long to be repaired, up to its first mistake', () => {
    const captions = ['sun '.repeat(3000).trim(), 'sea '.repeat(3000).trim()];
    expect(readCaptionAnswer(`{"captions": ["${captions.join('", "')}",]}`, 2)?.captions).toEqual(captions);
  });

  test('any JSON, exactly', () => {
    const caption = fc.string({ unit: 'grapheme' }).map((text) => `A${text}B`);
    fc.assert(
      fc.property(fc.uniqueArray(caption, { minLength: 1, maxLength: 5 }), (captions) => {
        const text = JSON.stringify({ captions, hashtags: ['#a'], language: 'en' });
        expect(readCaptionAnswer(`Sure:\n${text}\nEnjoy!`, captions.length)?.captions).toEqual(captions);
      }),
    );
  });
});

describe('No captions are read from', () => {
  test.each([
    ['prose', 'Here you are: a caption!'],
    ['nothing', ''],
    ['an empty list', '{"captions": []}'],
    ['captions without text', '{"captions": ["", "..."]}'],
    ['an error', '{"error": "I cannot help with that."}'],
    ['hashtags only', '["#sun", "#sea"]'],
    ['a list that is no answer', 'I cannot, because:\n- it is late\n- it is dark\n- I am tired'],
    ['a bracket in prose', 'Sorry [not possible].'],
    ['JSON of another kind', '42'],
  ])('%s', (_, text) => {
    expect(readCaptionAnswer(text, 2)).toBeUndefined();
  });

  test('any other text, and none fails', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => void readCaptionAnswer(text, 3)));
    expect(readCaptionAnswer('['.repeat(100_000), 3)).toBeUndefined();
    for (const before of ['', '{"captions":', '{"captions": ["", ', '{"hashtags":']) {
      for (const [open, close] of [
        ['[', ']'],
        ['{"a":', '}'],
      ] as const) {
        const end = before.includes('[') ? ']}' : before === '' ? '' : '}';
        expect(readCaptionAnswer(`${before}${open.repeat(5000)}1${close.repeat(5000)}${end}`, 3)).toBeUndefined();
      }
    }
    expect(readCaptionAnswer('{"captions":'.repeat(20_000), 3)).toBeUndefined();
  });
});
