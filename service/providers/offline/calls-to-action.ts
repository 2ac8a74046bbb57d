import type { ThemeName } from '../../language/themes.ts';
import type { Audience } from '../../models/model.ts';

/** Sentences for an audience, about pictures of these themes only; of all themes if there are none. */
interface Calls {
  readonly themes: readonly ThemeName[];
  readonly en: readonly string[];
  readonly es: readonly string[];
}

export const callsToAction: Readonly<Record<Exclude<Audience, 'general'>, Calls>> = {
  young: {
    themes: [],
    en: ['Tag your crew!', 'Who’s in?', 'Straight to the group chat.'],
    es: ['¡Etiqueta a tu gente!', '¿Quién se apunta?', 'Directo al grupo.'],
  },
  business: {
    themes: [],
    en: ['What is your take?', 'Let’s talk in the comments.', 'What would you add?'],
    es: ['¿Qué opinas?', 'Hablemos en los comentarios.', '¿Qué añadirías?'],
  },
  family: {
    themes: ['people', 'pets', 'party', 'food', 'cosy', 'sea', 'nature', 'winter'],
    en: ['Share it with the ones you love.', 'One for the family album.', 'A memory to keep together.'],
    es: ['Compártelo con quienes más quieres.', 'Para el álbum de familia.', 'Un recuerdo para guardar juntos.'],
  },
  travel: {
    themes: ['light', 'sea', 'nature', 'winter', 'travel', 'city'],
    en: ['Save it for your next trip.', 'Where to next?', 'Add it to the list.'],
    es: ['Guárdalo para tu próximo viaje.', '¿Cuál es el próximo destino?', 'Apúntalo en la lista.'],
  },
  food: {
    themes: ['food', 'coffee'],
    en: ['Who’s hungry?', 'Save room for seconds.', 'Recipe in the comments?'],
    es: ['¿Quién tiene hambre?', 'Hay que dejar sitio para repetir.', '¿Receta en los comentarios?'],
  },
  fitness: {
    themes: ['fitness', 'nature'],
    en: ['Keep moving!', 'One step at a time.', 'Your turn!'],
    es: ['¡A seguir moviéndose!', 'Paso a paso.', '¡Te toca!'],
  },
};
