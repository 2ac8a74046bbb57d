import type { Language } from '../../language/languages.ts';
import type { ThemeName } from '../../language/themes.ts';
import type { Style } from '../../models/model.ts';

type Lines = Readonly<Record<ThemeName, Readonly<Record<Exclude<Style, 'minimal'>, string>>>>;

/** A second sentence for the theme of the picture. */
export const themeLines: Readonly<Record<Language, Lines>> = {
  en: {
    light: {
      casual: 'The sky was showing off again.',
      professional: 'The right light changes everything.',
      playful: 'No filter needed, the sky did all the work.',
      inspirational: 'The light always comes back.',
    },
    sea: {
      casual: 'Salt in the air, nothing on the calendar.',
      professional: 'Where the land ends, perspective begins.',
      playful: 'Current mood: somewhere between high tide and ice cream.',
      inspirational: 'Let the sea set the pace.',
    },
    nature: {
      casual: 'Fresh air fixes most things.',
      professional: 'Nature, down to the last detail.',
      playful: 'Bad phone signal, excellent connection.',
      inspirational: 'The best views are the ones you stop for.',
    },
    winter: {
      casual: 'Cold outside, warm inside.',
      professional: 'Winter, at its best.',
      playful: 'Frozen fingers, zero regrets.',
      inspirational: 'Even the coldest season has its own warmth.',
    },
    pets: {
      casual: 'The best company there is.',
      professional: 'Character needs no words.',
      playful: 'The real boss of this account.',
      inspirational: 'Love does not always need words.',
    },
    coffee: {
      casual: 'First a sip, then the world.',
      professional: 'Good ideas often start here.',
      playful: 'Please do not talk to me until the cup is empty.',
      inspirational: 'Small rituals make good days.',
    },
    food: {
      casual: 'Came for a bite, stayed for all of it.',
      professional: 'Good ingredients, treated with care.',
      playful: 'Seconds, please!',
      inspirational: 'The best recipes are the ones we share.',
    },
    travel: {
      casual: 'Far from the routine, right where I want to be.',
      professional: 'Every place has a story to tell.',
      playful: 'Out of office, out of reach, out of snacks.',
      inspirational: 'Go far enough to see things differently.',
    },
    city: {
      casual: 'There is always something going on here.',
      professional: 'A city is best read on foot.',
      playful: 'Too many corners, too little memory on my phone.',
      inspirational: 'Every street leads to a story.',
    },
    fitness: {
      casual: 'Tired legs, clear head.',
      professional: 'Results come from showing up.',
      playful: 'Powered by snacks and stubbornness.',
      inspirational: 'Stronger than yesterday, and that is enough.',
    },
    party: {
      casual: 'One of those days to keep.',
      professional: 'A moment worth celebrating.',
      playful: 'We came, we danced, we lost our voices.',
      inspirational: 'Joy grows when it is shared.',
    },
    people: {
      casual: 'My favourite people, my favourite place.',
      professional: 'It is people who make the difference.',
      playful: 'Nobody warned me it would be this much fun.',
      inspirational: 'Home is who you are with.',
    },
    work: {
      casual: 'A good day at work.',
      professional: 'Good work is teamwork.',
      playful: 'Office hours never looked this good.',
      inspirational: 'Great things start with people who believe in them.',
    },
    craft: {
      casual: 'You can see the love in it.',
      professional: 'Craft lives in the details.',
      playful: 'Look closely: not a single robot was involved.',
      inspirational: 'Make things that last.',
    },
    cosy: {
      casual: 'Do not disturb.',
      professional: 'Room to think.',
      playful: 'Plans cancelled, happiness confirmed.',
      inspirational: 'Rest is part of the way.',
    },
  },
  es: {
    light: {
      casual: 'El cielo volvió a lucirse.',
      professional: 'La luz adecuada lo cambia todo.',
      playful: 'Sin filtros: todo el mérito es del cielo.',
      inspirational: 'La luz siempre vuelve.',
    },
    sea: {
      casual: 'Aire salado y la agenda vacía.',
      professional: 'Donde acaba la tierra empieza la perspectiva.',
      playful: 'Estado actual: entre la marea alta y un helado.',
      inspirational: 'Deja que el mar marque el ritmo.',
    },
    nature: {
      casual: 'El aire libre lo arregla casi todo.',
      professional: 'La naturaleza, hasta el último detalle.',
      playful: 'Mala cobertura, excelente conexión.',
      inspirational: 'Las mejores vistas son las que nos hacen parar.',
    },
    winter: {
      casual: 'Frío por fuera, calor por dentro.',
      professional: 'El invierno en su mejor versión.',
      playful: 'Dedos congelados, cero arrepentimientos.',
      inspirational: 'Hasta la estación más fría tiene su calor.',
    },
    pets: {
      casual: 'La mejor compañía que existe.',
      professional: 'El carácter no necesita palabras.',
      playful: 'Aquí ya se sabe quién manda.',
      inspirational: 'El cariño no siempre necesita palabras.',
    },
    coffee: {
      casual: 'Primero un sorbo, después el mundo.',
      professional: 'Las buenas ideas suelen empezar aquí.',
      playful: 'Por favor, no me hables hasta que vacíe la taza.',
      inspirational: 'Los pequeños rituales hacen los buenos días.',
    },
    food: {
      casual: 'Iba a probar un poco y no quedó nada.',
      professional: 'Buen producto, tratado con mimo.',
      playful: '¿Quién quiere repetir?',
      inspirational: 'Las mejores recetas son las que se comparten.',
    },
    travel: {
      casual: 'Lejos de la rutina, justo donde quería estar.',
      professional: 'Cada lugar tiene una historia que contar.',
      playful: 'Fuera de la oficina y sin intención de volver.',
      inspirational: 'Ir lejos también sirve para mirar de otra manera.',
    },
    city: {
      casual: 'Aquí siempre pasa algo.',
      professional: 'Una ciudad se lee mejor a pie.',
      playful: 'Demasiados rincones y muy poca memoria en el móvil.',
      inspirational: 'Cada calle lleva a una historia.',
    },
    fitness: {
      casual: 'Piernas cansadas, cabeza despejada.',
      professional: 'La constancia da resultados.',
      playful: 'Todo a base de meriendas y cabezonería.',
      inspirational: 'Un poco más fuerte que ayer, y con eso basta.',
    },
    party: {
      casual: 'Uno de esos días para guardar.',
      professional: 'Un momento que merece celebrarse.',
      playful: 'Vinimos, bailamos y nos quedamos sin voz.',
      inspirational: 'La alegría crece cuando se comparte.',
    },
    people: {
      casual: 'Mi gente favorita, mi lugar favorito.',
      professional: 'Son las personas las que marcan la diferencia.',
      playful: 'Nadie me avisó de que sería tan divertido.',
      inspirational: 'El hogar es con quien estás.',
    },
    work: {
      casual: 'Un buen día de trabajo.',
      professional: 'El buen trabajo es trabajo en equipo.',
      playful: 'El horario de oficina nunca tuvo tan buena pinta.',
      inspirational: 'Las grandes cosas empiezan con gente que cree en ellas.',
    },
    craft: {
      casual: 'Se nota el cariño.',
      professional: 'El oficio está en los detalles.',
      playful: 'Mira bien: aquí no ha intervenido ningún robot.',
      inspirational: 'Hagamos cosas que duren.',
    },
    cosy: {
      casual: 'Se ruega no molestar.',
      professional: 'Espacio para pensar.',
      playful: 'Planes cancelados, felicidad confirmada.',
      inspirational: 'Descansar también es parte del camino.',
    },
  },
};
