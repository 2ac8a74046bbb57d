import { translations } from '../../language/translations.ts';

export const overviewMessages = translations(
  {
    models: 'Text models',
    model: 'Model',
    state: 'State',
    healthy: 'Available',
    unhealthy: 'Failing',
    fallback: 'Fallback only',
    capabilities: 'Supports',
    price: 'Price per million tokens (input / output)',
    latency: 'Typical latency',
    milliseconds: (text: string) => `${text} ms`,
    noUsage: 'No requests yet. Write a caption in the studio, or call the API with one of your keys.',
  },
  {
    models: 'Modelos de texto',
    model: 'Modelo',
    state: 'Estado',
    healthy: 'Disponible',
    unhealthy: 'Con fallos',
    fallback: 'Solo de reserva',
    capabilities: 'Admite',
    price: 'Precio por millón de tokens (entrada / salida)',
    latency: 'Latencia habitual',
    milliseconds: (text: string) => `${text} ms`,
    noUsage: 'Todavía no hay peticiones. Escribe un texto en el estudio o llama a la API con una de tus claves.',
  },
);
