import type { Audience, Language, Style } from '../model.ts';

/**
 * Sentences around a scene. `{Scene}` starts a sentence, `{scene}` follows a colon; so no frame has to agree in gender or number.
 * At least five a style: a request may ask for five different captions.
 */
export const frames: Readonly<Record<Language, Readonly<Record<Style | 'grave', readonly string[]>>>> = {
  en: {
    casual: [
      '{Scene}. Simple as that.',
      'Today in one line: {scene}.',
      '{Scene}. Nothing fancy, just good.',
      'Saving this one: {scene}.',
      '{Scene}. More of this, please.',
      'Camera roll favourite: {scene}.',
    ],
    professional: [
      '{Scene}: a moment worth sharing.',
      'In focus today: {scene}.',
      '{Scene}. The details make the difference.',
      'A closer look: {scene}.',
      '{Scene}. This is what we work for.',
      'Behind the scenes: {scene}.',
    ],
    playful: [
      'Plot twist: {scene}!',
      '{Scene}? Yes, please!',
      'Breaking news: {scene}!',
      '{Scene}. Ten out of ten, would recommend.',
      'Serious business: {scene}.',
      '{Scene}. Your feed needed this.',
    ],
    inspirational: [
      '{Scene}. Happiness lives in moments like this.',
      'Small moments, big memories: {scene}.',
      '{Scene}. A reminder to slow down and look around.',
      "Today's reason to be grateful: {scene}.",
      '{Scene}. Let the little things fill your day.',
      'What stays with us: {scene}.',
    ],
    minimal: ['{Scene}.', 'Just this: {scene}.', '{Scene}. Nothing more.', 'Today: {scene}.', '{Scene}. Enough said.'],
    grave: [
      '{Scene}. Some moments need no words.',
      'To remember: {scene}.',
      '{Scene}. With respect.',
      'What stays: {scene}.',
      '{Scene}. In our thoughts.',
    ],
  },
  es: {
    casual: [
      '{Scene}. Así de simple.',
      'Hoy, en una frase: {scene}.',
      '{Scene}. Sin más, y qué bien.',
      'Esta me la guardo: {scene}.',
      '{Scene}. Más de esto, por favor.',
      'Mi favorita del carrete: {scene}.',
    ],
    professional: [
      '{Scene}: un momento que merece compartirse.',
      'Hoy, en primer plano: {scene}.',
      '{Scene}. Los detalles marcan la diferencia.',
      'Más de cerca: {scene}.',
      '{Scene}. Para esto trabajamos.',
      'Detrás de las cámaras: {scene}.',
    ],
    playful: [
      'Giro inesperado: ¡{scene}!',
      '¿{Scene}? ¡Sí, por favor!',
      'Última hora: ¡{scene}!',
      '{Scene}. Un diez, lo recomiendo.',
      'Asunto muy serio: {scene}.',
      '{Scene}. Tu muro lo necesitaba.',
    ],
    inspirational: [
      '{Scene}. La felicidad vive en momentos así.',
      'Momentos pequeños, recuerdos grandes: {scene}.',
      '{Scene}. Un recordatorio para parar y mirar alrededor.',
      'El motivo de hoy para dar las gracias: {scene}.',
      '{Scene}. Que lo sencillo te llene el día.',
      'Lo que se queda con nosotros: {scene}.',
    ],
    minimal: ['{Scene}.', 'Solo esto: {scene}.', '{Scene}. Nada más.', 'Hoy: {scene}.', '{Scene}. Sobran las palabras.'],
    grave: [
      '{Scene}. Hay momentos que no necesitan palabras.',
      'Para recordar: {scene}.',
      '{Scene}. Con todo el respeto.',
      'Lo que queda: {scene}.',
      '{Scene}. En nuestro pensamiento.',
    ],
  },
};

/** What is said to an audience after the caption; nothing to a general one. */
export const closings: Readonly<Record<Language, Readonly<Record<Audience, readonly string[]>>>> = {
  en: {
    general: [],
    young: ['Tag your crew!', 'Who’s in?'],
    business: ['What is your take?', 'Let’s talk in the comments.'],
    family: ['Share it with the ones you love.', 'Moments to keep together.'],
    travel: ['Save it for your next trip.', 'Where to next?'],
    food: ['Who’s hungry?', 'Save room for seconds.'],
    fitness: ['Keep moving!', 'One step at a time.'],
  },
  es: {
    general: [],
    young: ['¡Etiqueta a tu gente!', '¿Quién se apunta?'],
    business: ['¿Qué opinas?', 'Hablemos en los comentarios.'],
    family: ['Compártelo con quienes más quieres.', 'Momentos para guardar juntos.'],
    travel: ['Guárdalo para tu próximo viaje.', '¿Cuál es el próximo destino?'],
    food: ['¿Quién tiene hambre?', 'Hay que dejar sitio para repetir.'],
    fitness: ['¡A seguir moviéndose!', 'Paso a paso.'],
  },
};

/** A tag for what no noun gave one. */
export const fallbackTag: Readonly<Record<Language, string>> = { en: '#Moments', es: '#Momentos' };
