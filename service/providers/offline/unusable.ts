import { isOtherLanguage } from '../../language/detect-language.ts';
import { lookUp } from '../../language/lexicon.ts';
import { withoutTokens } from './plain-lines.ts';
import { hasEmoji } from './polish.ts';

const example = 'Say in a sentence what the picture shows, such as "Sunset over the beach with old friends".';

const extension = '(?:jpe?g|png|gif|webp|heic|heif|avif|tiff?|bmp|svg|raw|dng|cr2|nef|mp4|mov|avi|mkv|webm|pdf|docx?|psd|txt|zip)';
/** It starts at the beginning of a word, so that a long word is searched once. */
const fileName = new RegExp(
  `(?<![\\p{L}\\p{N}_\\-.~%])[\\p{L}\\p{N}_\\-.~%]*[\\p{L}\\p{N}_\\-~%)]\\.${extension}(?![\\p{L}\\p{N}])`,
  'giu',
);
const numberedFile =
  /^(?:(?:img|dsc[nf]?|pxl|mvimg|vid|mov|dji|gopr|p|wa|image|imagen|photo|foto|picture|pic|screenshot|untitled|unnamed|file|archivo|document|documento)[ _-]?\(?\d[\d _\-.():apm]*|(?:screenshot|screen shot|captura de pantalla|whatsapp (?:image|video)|signal|telegram)[ _-](?:from )?\d[\p{L}\d _\-.():]*|untitled(?: design)?|unnamed|sin título|sin titulo|sin nombre|nueva imagen|new image|dcim|camera roll|image|photo|picture|imagen|foto)$/iu;

const placeholders = new Set(
  `test tests testing test1 test123 prueba pruebas probando asdf asdfg asdfgh asdfasdf qwerty qwertyuiop foo bar baz foobar foo_bar xxx xx abc abcd n/a na none null undefined nan todo tbd tba string text texto description descripcion descripción
  content contenido placeholder caption captions title titulo título example ejemplo sample demo dummy blah bla hola_mundo hello_world lorem ipsum something algo anything empty vacio vacío nothing nada test_test testing_testing
  one_two_three uno_dos_tres this_is_a_test esto_es_una_prueba es_una_prueba just_a_test solo_una_prueba a_test una_prueba test_post test_caption post_de_prueba texto_de_prueba test_description testing_123 test_1 your_text_here your_description_here insert_text_here
  insert_description_here tu_texto_aqui tu_texto_aquí escribe_aqui escribe_aquí type_here enter_text enter_description describe_your_picture describe_tu_foto content_description image_description photo_description blah_blah blah_blah_blah bla_bla bla_bla_bla
  etc hello hi hey hola ok okay yes no si sí help ayuda object_object`
    .split(/\s+/)
    .map((entry) => entry.replaceAll('_', ' ')),
);
const template =
  /\{\{?\s*[\p{L}_][\p{L}\p{N}_. -]*\}?\}|\$\{[^{}]*\}|%[sd](?!\p{L})|%\([\p{L}_]+\)s|<%|\[(?:insert|your|add|enter|tu|inserta|escribe|añade)(?= )[^[\]]*\]|<(?:insert|your|description|text|tu) ?[^<>]*>|lorem ipsum|\[object object\]|\bTODO:/iu;
const isData = (text: string) => /^[[{]/.test(text) && /[\]}]$/.test(text) && /["':]/.test(text);

const injection =
  /(?<!\p{L})(?:ignor(?:e|ing)|disregard|forget|bypass|override)(?!\p{L})[^.\n]{0,60}(?:instructions?|prompts?|rules|guidelines|directions)(?!\p{L})|(?<!\p{L})(?:ignora|olvida|omite|descarta)(?!\p{L})[^.\n]{0,60}(?:instrucciones|indicaciones|reglas|normas)(?!\p{L})|(?:system|developer) (?:prompt|message)|prompt (?:del|de) sistema|<\|[a-z_]+\|>|\[\/?INST\]|jailbreak|(?<!\p{L})you are now (?:a|an|in|DAN)(?!\p{L})|(?<!\p{L})ahora eres (?:un|una)(?!\p{L})|api[_ ]key|(?:reveal|print|show|repeat|muestra|revela) (?:me )?(?:your|the|tu|tus|el|las) (?:hidden |secret |initial )?(?:instructions|prompt|instrucciones)|as an ai(?: language)? model|drop table|select \* from/iu;

const row = 'qwertyuiop asdfghjklñ zxcvbnm poiuytrewq lkjhgfdsa mnbvcxz 1234567890 abcdefghij';

/** A word of no language: keyboard rows, one letter repeated, no vowel. */
function isMash(word: string): boolean {
  const lower = word.toLowerCase();
  if (lower.length < 4) return false;
  if (lookUp(lower, 'en') || lookUp(lower, 'es')) return false;
  if (row.split(' ').some((keys) => keys.includes(lower)) || /^(.)\1+$/u.test(lower) || /^(..?.?)\1{2,}$/u.test(lower)) return true;
  if (/^\p{Script=Latin}+$/u.test(lower) && !/[aeiouyáéíóúü]/u.test(lower)) return !/^\p{Lu}+$/u.test(word);
  return /[bcdfghjklmnpqrstvwxz]{6,}/u.test(lower) || (/^(?:asdf|qwer|sdfg|dfgh|fghj|hjkl|zxcv|jkl)/.test(lower) && lower.length > 4);
}

/** A description without the names of files in it. */
export const withoutFileNames = (text: string) =>
  text
    .replace(fileName, ' ')
    .replace(/ {2,}/g, ' ')
    .replace(/ (?=[,.;:])/g, '')
    .trim();

/** Why no caption can be written about a text, and what to do; undefined if one can. */
export function unusableReason(text: string, isLeftOver: boolean): string | undefined {
  const named = text.replace(fileName, ' ');
  const bare = withoutTokens(named).trim();
  const words = bare.match(/\p{L}[\p{L}\p{M}]*/gu) ?? [];
  const key = bare
    .toLowerCase()
    .replace(/[^\p{L}\p{N}/]+/gu, ' ')
    .trim();
  const about = `${text !== named ? 'It is the name of a file. ' : ''}`;
  if (numberedFile.test(bare.replace(/["'.]/g, '').trim()) || (about !== '' && words.length < 2))
    return `The description is the name of a file. ${example}`;
  if (template.test(text) || isData(text.trim())) return `The description holds a placeholder or data instead of a text. ${example}`;
  if (placeholders.has(key)) return `The description is a placeholder. ${example}`;
  if (injection.test(text)) return `The description instructs a program instead of describing a picture. ${example}`;
  if (words.length === 0) {
    if (hasEmoji(bare)) return undefined;
    return isLeftOver ? `The description only says how to write. ${example}` : `The description has no words. ${example}`;
  }
  if (words.join('').length < 2) return `The description is too short. ${example}`;
  if (words.every((word) => isMash(word) || (word.length < 4 && words.length > 1 && words.some(isMash))))
    return `The description has no words that the offline model knows. ${example}`;
  if (isOtherLanguage(bare))
    return 'The offline model writes about English and Spanish descriptions only. Describe the picture in English or Spanish, or connect a language model.';
  return undefined;
}
