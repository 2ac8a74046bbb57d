import type { Language } from '../../language/languages.ts';
import type { Style } from '../../models/model.ts';
import type { Tone } from './tone.ts';

/** What the caller's text is: `scene`, what a picture shows; `notice`, with a date, a price, a link; `question`. */
export type Kind = 'scene' | 'notice' | 'question';

type Lines = readonly string[];
type ByStyle = Readonly<Record<Style, Lines>>;

/**
 * Sentences after the caller's own words. At least five for each case; '' is no sentence. Those for scenes and notices without evidence of
 * anything pleasant fit any text, so a text that the word lists do not recognize as bad news reads well with them too.
 */
export const sceneLines: Readonly<Record<Language, ByStyle>> = {
  en: {
    casual: [
      'Had to share this one.',
      'Saving this one for later.',
      'More days like this, please.',
      'I could get used to this.',
      'Exactly what today needed.',
      'Keeping this one close.',
    ],
    professional: [
      'A moment worth sharing.',
      'It is all in the details.',
      'Worth a second look.',
      'Done with care, down to the details.',
      'A pleasure to share this with you.',
    ],
    playful: [
      'No notes!',
      'Yes, I took far too many pictures.',
      'Your feed needed this one.',
      'Good mood, guaranteed.',
      'This made my day!',
      'Zero complaints.',
    ],
    inspirational: [
      'Happiness lives in moments like this.',
      'A reminder to slow down and look around.',
      'Let the little things fill your day.',
      'This is what stays with us.',
      'There is beauty in simple things.',
    ],
    minimal: ['', 'Just this.', 'Nothing more.', 'Simply this.', 'That is all.', 'Today.'],
  },
  es: {
    casual: [
      'Tenía que compartirlo.',
      'Esta me la guardo.',
      'Más días así, por favor.',
      'A esto me acostumbro rápido.',
      'Justo lo que hacía falta hoy.',
      'De las que se quedan.',
    ],
    professional: [
      'Un momento que merece compartirse.',
      'Todo está en los detalles.',
      'Merece una segunda mirada.',
      'Cuidado hasta el último detalle.',
      'Un placer compartirlo.',
    ],
    playful: [
      'Sí, hice demasiadas fotos.',
      'Tu muro necesitaba esto.',
      '¡Esto me ha alegrado el día!',
      'Buen humor garantizado.',
      'Ni una queja.',
      '¡Sin palabras!',
    ],
    inspirational: [
      'La felicidad vive en momentos así.',
      'Un recordatorio para parar y mirar alrededor.',
      'Que lo sencillo te llene el día.',
      'Esto es lo que se queda con nosotros.',
      'Hay belleza en lo sencillo.',
    ],
    minimal: ['', 'Solo esto.', 'Nada más.', 'Sin más.', 'Eso es todo.', 'Hoy.'],
  },
};

export const plainLines: Readonly<Record<Language, ByStyle>> = {
  en: {
    casual: [
      'Just sharing.',
      'Leaving this here.',
      'Thought I would share this.',
      'One for the feed.',
      'Posting this while I remember.',
      'That is the post.',
    ],
    professional: [
      'Shared with you today.',
      'Thank you for following along.',
      'Thank you for your time.',
      'More to follow.',
      'Thank you for reading.',
    ],
    playful: [
      'Now you know.',
      'Passing this on.',
      'Leaving this here.',
      'That is the news from here.',
      'Worth a mention.',
      'For what it is worth.',
    ],
    inspirational: [
      'One step at a time.',
      'Every day tells a story.',
      'Every day counts.',
      'Small things count too.',
      'Every detail adds up.',
      'Little by little.',
    ],
    minimal: ['', 'Just this.', 'That is all.', 'Simply this.', 'Today.', 'Noted.'],
  },
  es: {
    casual: [
      'Solo por compartir.',
      'Lo dejo por aquí.',
      'Quería compartirlo.',
      'Una más para el muro.',
      'Lo publico antes de que se me olvide.',
      'Y hasta aquí la publicación.',
    ],
    professional: [
      'Lo compartimos hoy.',
      'Gracias por estar al otro lado.',
      'Gracias por tu tiempo.',
      'Seguiremos informando.',
      'Para quienes lo preguntaban.',
    ],
    playful: [
      'Ahora ya lo sabes.',
      'Lo dejo por aquí.',
      'Había que contarlo.',
      'Tal cual lo cuento.',
      'Esas son las novedades.',
      'Por si te interesa.',
    ],
    inspirational: [
      'Paso a paso.',
      'Cada día cuenta una historia.',
      'Cada día cuenta.',
      'Lo pequeño también cuenta.',
      'Cada detalle suma.',
      'Poco a poco.',
    ],
    minimal: ['', 'Solo esto.', 'Eso es todo.', 'Sin más.', 'Hoy.', 'Anotado.'],
  },
};

export const noticeLines: Readonly<Record<Language, ByStyle>> = {
  en: {
    casual: ['Save this post for later.', 'Pass it on.', 'Now you know.', 'Tell a friend.', 'Just so you know.'],
    professional: [
      'Save this post for the details.',
      'Thank you for following along.',
      'Questions are welcome in the comments.',
      'Please share it with anyone interested.',
      'All the details are above.',
    ],
    playful: [
      'Consider yourself informed.',
      'Your friends will want to know.',
      'Save it before you scroll on.',
      'You read it here first.',
      'Pass it on.',
    ],
    inspirational: [
      'One step at a time.',
      'Pass it on to someone who needs it.',
      'Every day counts.',
      'Share it with someone who would care.',
      'Every step counts.',
    ],
    minimal: ['', 'Save this post.', 'Pass it on.', 'That is all.', 'Noted.'],
  },
  es: {
    casual: ['Guarda esta publicación.', 'Pásalo.', 'Ahora ya lo sabes.', 'Cuéntaselo a alguien.', 'Para que lo tengas en cuenta.'],
    professional: [
      'Guarda esta publicación para tener los datos a mano.',
      'Gracias por estar al otro lado.',
      'Las preguntas, en los comentarios.',
      'Compártelo con quien pueda interesarle.',
      'Toda la información, en esta publicación.',
    ],
    playful: [
      'Luego no digas que no lo sabías.',
      'Alguien que conoces querrá saberlo.',
      'Guárdalo antes de seguir bajando.',
      'Aquí lo has leído primero.',
      'Pásalo.',
    ],
    inspirational: [
      'Paso a paso.',
      'Pásaselo a quien le haga falta.',
      'Cada día cuenta.',
      'Compártelo con quien lo agradezca.',
      'Cada paso cuenta.',
    ],
    minimal: ['', 'Guárdalo.', 'Pásalo.', 'Eso es todo.', 'Anotado.'],
  },
};

export const questionLines: Readonly<Record<Language, Lines>> = {
  en: [
    'Tell me in the comments.',
    'Answers in the comments, please.',
    'I would like to know.',
    'Comments are open.',
    'Curious what you think.',
  ],
  es: [
    'Te leo en los comentarios.',
    'Respuestas en los comentarios, por favor.',
    'Me gustaría saberlo.',
    'Los comentarios están abiertos.',
    'Cuéntame qué piensas.',
  ],
};

export const soberLines: Readonly<Record<Language, Readonly<Record<'grave' | 'low' | 'rude', Lines>>>> = {
  en: {
    grave: ['', 'Words fall short.', 'Shared with respect.', 'Thinking of everyone affected.', 'One day at a time.'],
    low: ['', 'Thank you for reading.', 'One step at a time.', 'That is where things stand.', 'Thank you for being here.'],
    rude: ['', 'Without comment.', 'That is all.', 'Nothing to add.', 'End of the note.'],
  },
  es: {
    grave: ['', 'Faltan las palabras.', 'Compartido con respeto.', 'Nuestro recuerdo para todas las personas afectadas.', 'Día a día.'],
    low: ['', 'Gracias por leer.', 'Paso a paso.', 'Así están las cosas.', 'Gracias por estar ahí.'],
    rude: ['', 'Sin comentarios.', 'Eso es todo.', 'Nada que añadir.', 'Fin de la nota.'],
  },
};

/** A second sentence of a long caption. */
export const closingLines: Readonly<Record<Language, Readonly<Record<'happy' | 'plain' | 'sober', Lines>>>> = {
  en: {
    happy: [
      'Which detail do you like most?',
      'What would you call this picture?',
      'Tell me what it reminds you of.',
      'Who would you share this with?',
      'Tell me about yours in the comments.',
    ],
    plain: [
      'What do you think?',
      'Comments are open.',
      'Tell me what you think.',
      'Let me know in the comments.',
      'Thank you for reading to the end.',
    ],
    sober: ['Take care of each other.', 'Take care.', 'Thank you for your time.', 'With care.', 'Be well.'],
  },
  es: {
    happy: [
      '¿Con qué detalle te quedas?',
      '¿Qué título le pondrías?',
      'Cuéntame a qué te recuerda.',
      '¿Con quién lo compartirías?',
      'Cuéntame lo tuyo en los comentarios.',
    ],
    plain: [
      '¿Qué te parece?',
      'Los comentarios están abiertos.',
      'Cuéntame qué piensas.',
      'Te leo en los comentarios.',
      'Gracias por leer hasta el final.',
    ],
    sober: ['Cuidémonos.', 'Cuídate.', 'Gracias por tu tiempo.', 'Con cariño.', 'Un abrazo.'],
  },
};

/** Lines for a text by its tone, kind and style. */
export function linesFor(language: Language, style: Style, tone: Tone, kind: Kind): Lines {
  if (tone === 'grave' || tone === 'low' || tone === 'rude') return soberLines[language][tone];
  if (kind === 'question') return style === 'minimal' ? ['', ...questionLines[language]] : questionLines[language];
  if (kind === 'notice') return noticeLines[language][style];
  return tone === 'happy' ? sceneLines[language][style] : plainLines[language][style];
}
