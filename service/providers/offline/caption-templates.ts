import type { Language } from '../../language/languages.ts';
import type { ThemeName } from '../../language/themes.ts';
import type { Audience, Style } from '../../models/model.ts';

/** `sober`: for unpleasant events, `grave`: for grief; both replace the requested style. */
export type Tone = Style | 'sober' | 'grave';

/**
 * Sentences around a scene. `{Scene}` starts a sentence, `{scene}` follows a colon; so no template has to agree in gender or number.
 * At least five of each tone start with `{Scene}`: those fit every scene, and a request may have a count of five.
 */
export const captionTemplates: Readonly<Record<Language, Readonly<Record<Tone, readonly string[]>>>> = {
  en: {
    casual: [
      '{Scene}. Simple as that.',
      '{Scene}. Nothing fancy, just good.',
      'Saving this one: {scene}.',
      '{Scene}. More of this, please.',
      'Straight to favourites: {scene}.',
      '{Scene}. That is the whole plan.',
      '{Scene}. I could get used to this.',
    ],
    professional: [
      '{Scene}. A moment worth sharing.',
      'In focus: {scene}.',
      '{Scene}. The details make the difference.',
      'A closer look: {scene}.',
      '{Scene}. It speaks for itself.',
      '{Scene}. Worth a second look.',
      '{Scene}. Every detail counts.',
    ],
    playful: [
      'Plot twist: {scene}!',
      '{Scene}? Yes, please!',
      'Breaking news: {scene}!',
      '{Scene}. Ten out of ten, would recommend.',
      '{Scene}. Your feed needed this.',
      '{Scene}. You are welcome!',
      '{Scene}. And that is just the trailer.',
      '{Scene}. No further questions!',
    ],
    inspirational: [
      '{Scene}. Happiness lives in moments like this.',
      'Small moments, big memories: {scene}.',
      '{Scene}. A reminder to slow down and look around.',
      'A reason to be grateful: {scene}.',
      '{Scene}. Let the little things fill your day.',
      '{Scene}. This is what stays with us.',
      '{Scene}. Beauty is everywhere, if you look.',
    ],
    minimal: [
      '{Scene}.',
      'Just this: {scene}.',
      '{Scene}. Nothing more.',
      '{Scene}. Enough said.',
      '{Scene}. That is all.',
      '{Scene}. Period.',
    ],
    sober: [
      '{Scene}.',
      '{Scene}. Some days are like this.',
      '{Scene}. As it is.',
      '{Scene}. No more words needed.',
      '{Scene}. One moment at a time.',
    ],
    grave: [
      '{Scene}. Some moments need no words.',
      '{Scene}. To remember, always.',
      '{Scene}. With respect.',
      '{Scene}. What matters stays.',
      '{Scene}. In our thoughts.',
    ],
  },
  es: {
    casual: [
      '{Scene}. Así de simple.',
      '{Scene}. Sin más, y qué bien.',
      'Esta me la guardo: {scene}.',
      '{Scene}. Más de esto, por favor.',
      'Directa a favoritos: {scene}.',
      '{Scene}. Ese era todo el plan.',
      '{Scene}. A esto me acostumbro rápido.',
    ],
    professional: [
      '{Scene}. Un momento que merece compartirse.',
      'En primer plano: {scene}.',
      '{Scene}. Los detalles marcan la diferencia.',
      'Más de cerca: {scene}.',
      '{Scene}. Sobran los adornos.',
      '{Scene}. Merece una segunda mirada.',
      '{Scene}. Cada detalle cuenta.',
    ],
    playful: [
      'Giro inesperado: ¡{scene}!',
      '¿{Scene}? ¡Sí, por favor!',
      'Última hora: ¡{scene}!',
      '{Scene}. Un diez sobre diez.',
      '{Scene}. Tu muro lo necesitaba.',
      '{Scene}. ¡De nada!',
      '{Scene}. Y esto es solo el tráiler.',
      '{Scene}. ¡No hay más preguntas!',
    ],
    inspirational: [
      '{Scene}. La felicidad vive en momentos así.',
      'Momentos pequeños, recuerdos grandes: {scene}.',
      '{Scene}. Un recordatorio para parar y mirar alrededor.',
      'Un motivo para dar las gracias: {scene}.',
      '{Scene}. Que lo sencillo te llene el día.',
      '{Scene}. Esto es lo que se queda con nosotros.',
      '{Scene}. La belleza está en todas partes, si miras.',
    ],
    minimal: [
      '{Scene}.',
      'Solo esto: {scene}.',
      '{Scene}. Nada más.',
      '{Scene}. Sobran las palabras.',
      '{Scene}. Eso es todo.',
      '{Scene}. Punto.',
    ],
    sober: [
      '{Scene}.',
      '{Scene}. Hay días así.',
      '{Scene}. Tal como es.',
      '{Scene}. No hacen falta más palabras.',
      '{Scene}. Paso a paso.',
    ],
    grave: [
      '{Scene}. Hay momentos que no necesitan palabras.',
      '{Scene}. Para recordar siempre.',
      '{Scene}. Con todo el respeto.',
      '{Scene}. Lo importante se queda.',
      '{Scene}. En nuestro pensamiento.',
    ],
  },
};

/** The sentence for the audience after the caption. */
interface Closing {
  /** For these themes `fitting` is used, for all others `other`. */
  readonly themes: readonly ThemeName[];
  readonly fitting: readonly string[];
  readonly other: readonly string[];
}

const always = (...other: string[]): Closing => ({ themes: [], fitting: [], other });
const places = ['light', 'sea', 'nature', 'winter', 'travel', 'city'] as const;
const meals = ['food', 'coffee'] as const;

export const callsToAction: Readonly<Record<Language, Readonly<Record<Audience, Closing>>>> = {
  en: {
    general: always(),
    young: always('Tag your crew!', 'Who’s in?', 'Straight to the group chat.'),
    business: always('What is your take?', 'Let’s talk in the comments.', 'What would you add?'),
    family: always('Share it with the ones you love.', 'One for the family album.', 'A memory to keep together.'),
    travel: {
      themes: places,
      fitting: ['Save it for your next trip.', 'Where to next?', 'Add it to the list.'],
      other: ['Every day is a small trip.', 'Worth the detour.', 'Found along the way.'],
    },
    food: {
      themes: meals,
      fitting: ['Who’s hungry?', 'Save room for seconds.', 'Recipe in the comments?'],
      other: ['And now, what’s for dinner?', 'Best followed by a good meal.', 'Bring snacks, please.'],
    },
    fitness: {
      themes: ['fitness', 'nature'],
      fitting: ['Keep moving!', 'One step at a time.', 'Your turn!'],
      other: ['Rest days count too.', 'Recharged and ready to move.', 'Good energy comes in many forms.'],
    },
  },
  es: {
    general: always(),
    young: always('¡Etiqueta a tu gente!', '¿Quién se apunta?', 'Directo al grupo.'),
    business: always('¿Qué opinas?', 'Hablemos en los comentarios.', '¿Qué añadirías?'),
    family: always('Compártelo con quienes más quieres.', 'Para el álbum de familia.', 'Un recuerdo para guardar juntos.'),
    travel: {
      themes: places,
      fitting: ['Guárdalo para tu próximo viaje.', '¿Cuál es el próximo destino?', 'Apúntalo en la lista.'],
      other: ['Cada día es un pequeño viaje.', 'Merece el desvío.', 'Encontrado por el camino.'],
    },
    food: {
      themes: meals,
      fitting: ['¿Quién tiene hambre?', 'Hay que dejar sitio para repetir.', '¿Receta en los comentarios?'],
      other: ['Y ahora, ¿qué hay para cenar?', 'Mejor aún con una buena comida después.', 'Que alguien traiga algo de picar.'],
    },
    fitness: {
      themes: ['fitness', 'nature'],
      fitting: ['¡A seguir moviéndose!', 'Paso a paso.', '¡Te toca!'],
      other: ['El descanso también cuenta.', 'Con las pilas cargadas.', 'La buena energía tiene muchas formas.'],
    },
  },
};

/** For a description without words. */
export const wordless: Readonly<Record<Language, string>> = { en: 'No words', es: 'Sin palabras' };

/** The tag if no noun provides one. */
export const fallbackTag: Readonly<Record<Language, string>> = { en: '#Moments', es: '#Momentos' };
