import type { Language } from '../../language/languages.ts';
import { lookUp } from '../../language/lexicon.ts';
import { type ThemeName, themeNames } from '../../language/themes.ts';

/** A noun of the lexicon in a text. */
export interface Topic {
  /** As in the text. */
  readonly word: string;
  readonly theme: ThemeName | undefined;
}

/** Phrases whose nouns mean something else; `:` and a theme if they have one. */
const phrases: readonly (readonly [string, ThemeName | undefined])[] =
  'hot dogs:food|hot dog:food|perrito caliente:food|perritos calientes:food|seal the deal|couch potato|piece of cake|break a leg|cat walk|catwalk|dog days|raining cats and dogs|wild goose chase|sitting duck|duck tape|rubber duck|cash cow|black sheep|scape goat|early bird|bird eye|bird box|fox news|horse power|high horse|elephant in the room|top dog|underdog|dog tired|copy cat|cat eye|paint job|full house|open house|white house|house of cards|housewarming|bar exam|bus stop|rat race|race against|human race|snow white|winter sale|summer sale|christmas sale|beach body|milky way|cold turkey|apple watch|apple store|apple music|apple pay|chocolate lab|chocolate labrador|orange county|orange county|big apple|light bulb|light up|red light|green light|traffic light|traffic lights|dinner plate set|wine red|salmon pink|olive green|mint green|peach fuzz|book now|book a|book your|book online|book at|train hard|train to be|run out|run a|run by|run for office|runs out|in the long run|on the wall|wave of|waves of|map out|team up|food for thought|sun cream|sunscreen|sea level|tree house|family law|family doctor|wedding dress sale|party wall|political party|third party|band aid|rock bottom|salt and battery|cherry pick|cherry on top|plain sailing|butterfly effect|social butterfly|butterflies in|grandfather clock|father figure|mother tongue|motherboard|mother nature:nature|mother of|sister company|brother printer|baby shower:party|baby steps|sugar daddy|gym bro|boxing day|toast to|the big fish|fish tank|gift card|gift cards|business card|credit card|egg on|nest egg|cup of tea:coffee|home run|home page|toma de decisiones|ola de|pie de foto|de mal en peor|vino a|vino mi|vino el|vino la|perro flauta|gato encerrado|dar gato por liebre|buscarle tres pies|cabeza de familia|libro de familia|médico de familia|medico de familia|la gallina de|lágrimas de cocodrilo|pata negra|pies de plomo|ojo de buey|a caballo|caballo de batalla|oveja negra|patito feo|mosca cojonera|media naranja|mosquita muerta|cara o cruz|nota media|pan comido|lengua de gato|ojos de gato|pato a la naranja:food|magret de pato:food|confit de pato:food|arroz con conejo:food|conejo al ajillo:food|duck confit:food|peking duck:food|roast duck:food|goat cheese:food|queso de cabra:food|queso de oveja:food|sheep cheese:food|rabbit stew:food|paella de conejo:food|fish and chips:food|plato de ducha|mesa redonda|casa rural:travel|casa de empeño|niño jesús|cuenta de correo|equipo de sonido|equipo informático|banco de sangre|banco de alimentos|línea de crédito|taller mecánico|fin de curso|boda de plata|puesta de sol:light|puestas de sol:light|golden hour:light|hora dorada:light|northern lights:light|auroras boreales:light|baby blues|luna llena:light|full moon:light'
    .split('|')
    .map((entry) => {
      const [phrase = '', name] = entry.split(':');
      return [phrase, themeNames.find((theme) => theme === name)] as const;
    });

/** Nouns that are often verbs, or names of something else: topics only after one of the words below. */
const ambiguous = new Set(
  'book run runs race races train trains leaf leaves rose wave waves stage band light lights toast toasts fish duck ducks surf hike hikes dance dances trip travel launch project map park drink cook box bag plant plants phone love dream dreams smile hand hands line lines class water fire wind store shop view play field fields orange roast stew shell bridge bridges picnic square pool flight present cow hide drum canvas squat boxing curry dish egg eggs goal clouds cloud paddle swing fox owl cruise bee tide reef pine tattoo toddler trail stewed vino río nada cara llama vela velas plaza plazas equipo meta carrera carreras campo campos hoja hojas rosa rosas banda escenario fuego fuegos muñeco banco bancos copa mañana tarde vaso cuadro taller proyecto cliente negocio jefe horno paseo baile baila viaje cena almuerzo canción ola olas té mapa obra cala cuero ramo punto novia novio fuente monumento centro tambor tejido vuelo asado salsa guiso huevo huevos caramelo plato menú globo seta sal palma margarita duelo peque tía tío collar'.split(
    ' ',
  ),
);
const introducers = new Set(
  `the a an my our his her their your this that these some of in on at with for from by and two three four five old new red blue green white golden big little small fresh homemade wooden first best favourite favorite morning evening night summer winter autumn spring street live good great perfect
  el la los las un una unos unas mi mis tu tus su sus nuestro nuestra nuestros nuestras este esta estos estas al del de con en por y e dos tres cuatro cinco primer primera viejo nuevo nueva buen gran rico rica`.split(
    /\s+/,
  ),
);

const negators = new Set(
  'no not never nor neither none nobody nothing cannot except instead nunca ni jamás tampoco ningún ninguna excepto menos prohibido prohibida prohibidos prohibidas prohibimos vetado libre'.split(
    ' ',
  ),
);
const contractions = /n['’]t$/;
/** A clause with one of these is about what is not in the picture. */
const banned =
  /(?<!\p{L})(?:not (?:allowed|permitted|welcome|included|available)|(?:is|are) (?:banned|forbidden|prohibited)|banned|forbidden|prohibited|no (?:se )?(?:admiten?|permiten?|aceptan?)|no (?:está|están|son) (?:permitid|admitid|bienvenid)|prohibid[oa]s?|free zone|-free)/iu;
const clauseEnd = /[.,;:!?\n()]|(?<!\p{L})(?:but|however|pero|sino|aunque)(?!\p{L})/iu;

/** Words without those after "without", and without "gluten-free": a cake without sugar is still a cake. */
function withoutLeftOut(words: readonly string[]): readonly string[] {
  const leftOutAt = words.flatMap((word, index) =>
    /^(?:without|sin)$/i.test(word) ? [index, index + 1, index + 2] : /\p{L}-free$/iu.test(word) ? [index] : [],
  );
  return words.filter((_, index) => !leftOutAt.includes(index));
}

/** A text without the parts that a negation covers: "no dogs allowed". */
export const affirmed = (text: string) =>
  text
    .split(new RegExp(clauseEnd.source, 'giu'))
    .map((clause) => {
      if (banned.test(clause)) return '';
      const words = clause.split(' ');
      const at = words.findIndex((word) => negators.has(word.toLowerCase()) || contractions.test(word));
      return withoutLeftOut(at === -1 ? words : words.slice(0, at)).join(' ');
    })
    .join(' . ');

/** Words before a thing that is only left out: "a cake without sugar" is still a cake. */
const leftOut = /(?<!\p{L})(?:without|sin)(?= )|-free(?!\p{L})/giu;

/** Whether a text says that something is not there, or must not be. */
export const isBanned = (text: string) => {
  const rest = text.replace(leftOut, ' ');
  return affirmed(rest) !== rest.split(new RegExp(clauseEnd.source, 'giu')).join(' . ');
};

const edible = new Set(
  'duck ducks rabbit rabbits cow sheep goat goats deer octopus fish lamb quail pato patos conejo conejos vaca oveja cabra cabras ciervo pulpo cordero'.split(
    ' ',
  ),
);
const cooking =
  /(?<!\p{L})(?:roast\p{L}*|grilled|fried|braised|confit|sauce|stew\p{L}*|dish(?:es)?|menus?|recipe|served|plate|rice|curry|breast|leg of|ravioli|tacos?|pie|soup|chef|chocolate|restaurant|cook\p{L}*|oven|bbq|barbecue|slow-cooked|asad[oa]s?|a la plancha|guis\p{L}*|al horno|arroz|salsa|receta|plato|menú|restaurante|magret|estofad[oa]|al ajillo|a la naranja|ragú|ragout|empanad\p{L}*|cocin\p{L}*|carne|filete|foie)(?!\p{L})/iu;

const titles = new Set('sr sra srta dr dra don doña mr mrs ms st prof sir'.split(' '));
const people = new Set('mom mum dad mama papá mamá grandma grandpa christmas halloween dj'.split(' '));
/** A capital within a sentence. */
const isName = (word: string, before: string, beforeThat: string) =>
  /^\p{Lu}\p{Ll}/u.test(word) && !people.has(word.toLowerCase()) && (/^\p{L}/u.test(before) || titles.has(beforeThat.toLowerCase()));

const tokenIn = /[\p{L}\p{M}]+(?:['’]\p{L}+)?|[.,;:!?()\n]/gu;

/** The nouns of a text that the lexicon knows, without those that are negated or part of an idiom, and the themes of its phrases. */
export function topicsOf(text: string, language: Language): readonly Topic[] {
  if (latest?.text !== text || latest.language !== language) latest = { text, language, topics: findTopics(text, language) };
  return latest.topics;
}

/** The tone, the themes and the hashtags of a caption need the topics of the same text. */
let latest: { readonly text: string; readonly language: Language; readonly topics: readonly Topic[] } | undefined;

function findTopics(text: string, language: Language): readonly Topic[] {
  let rest = ` ${affirmed(text).replace(/\s+/g, ' ')} `;
  let lower = rest.toLowerCase();
  const found: Topic[] = [];
  for (const [phrase, theme] of phrases) {
    const at = lower.indexOf(` ${phrase}`);
    if (at === -1 || /\p{L}/u.test(rest[at + phrase.length + 1] ?? '')) continue;
    if (theme) found.push({ word: rest.slice(at + 1, at + 1 + phrase.length), theme });
    rest = `${rest.slice(0, at)} . ${rest.slice(at + phrase.length + 1)}`;
    lower = rest.toLowerCase();
  }
  const words = rest.match(tokenIn) ?? [];
  const capitals = words.filter((word) => /^\p{Lu}/u.test(word)).length;
  const isTitle = capitals * 2 > words.length;
  const eaten = cooking.test(text);
  for (let at = 0; at < words.length; at += 1) {
    const [word = '', next = '', third = ''] = words.slice(at, at + 3);
    const size = [`${word} ${next} ${third}`, `${word} ${next}`, word].findIndex((phrase) => lookUp(phrase, language) !== undefined);
    if (size === -1) continue;
    const phrase = [`${word} ${next} ${third}`, `${word} ${next}`, word][size] ?? word;
    const before = words[at - 1]?.toLowerCase() ?? '';
    const key = phrase.toLowerCase();
    if (size === 2 && ambiguous.has(key) && !(introducers.has(before) || (before === '' && words.length <= 3))) continue;
    // "Rose and Jack": a capital within a sentence is a name.
    if (size === 2 && !isTitle && isName(word, words[at - 1] ?? '', words[at - 2] ?? '')) continue;
    const noun = lookUp(phrase, language);
    found.push({ word: phrase, theme: edible.has(key) && eaten ? 'food' : noun?.theme });
    at += 2 - size;
  }
  return found;
}

/** The themes of topics, the most frequent first, then in the order of the text. */
export function themesOf(topics: readonly Topic[]): readonly ThemeName[] {
  const named = topics.flatMap(({ theme }) => theme ?? []);
  const count = (theme: ThemeName) => named.filter((each) => each === theme).length;
  return [...new Set(named)].sort((a, b) => count(b) - count(a));
}
