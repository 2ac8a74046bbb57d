import { translations } from '../language/translations.ts';

export const dataMessages = translations(
  {
    loading: 'Loading …',
    retry: 'Try again',
    more: 'Load more',
    cancel: 'Cancel',
    working: 'Working …',
    unreachable: 'The service does not respond. Check your connection, then try again.',
    unavailable: 'The service is not available at the moment. Try again in a minute.',
    tooMany: 'Too many requests. Wait a moment, then try again.',
    checkFields: 'Correct the marked fields.',
    table: 'The same numbers as a table',
    requestId: (id: string) => `Request ${id}`,
  },
  {
    loading: 'Cargando …',
    retry: 'Reintentar',
    more: 'Cargar más',
    cancel: 'Cancelar',
    working: 'Un momento …',
    unreachable: 'El servicio no responde. Comprueba tu conexión y vuelve a intentarlo.',
    unavailable: 'El servicio no está disponible en este momento. Vuelve a intentarlo en un minuto.',
    tooMany: 'Demasiadas peticiones. Espera un momento y vuelve a intentarlo.',
    checkFields: 'Corrige los campos marcados.',
    table: 'Los mismos números en una tabla',
    requestId: (id: string) => `Petición ${id}`,
  },
);
