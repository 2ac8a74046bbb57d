import { translations } from '../language/translations.ts';

export const consoleMessages = translations(
  {
    navigation: 'Console',
    overview: 'Overview',
    keys: 'API keys',
    usage: 'Usage',
    batches: 'Batches',
    users: 'Users',
    audit: 'Audit log',
    profile: 'Profile',
    unknown: 'There is no such section, or your permissions do not include it.',
  },
  {
    navigation: 'Consola',
    overview: 'Resumen',
    keys: 'Claves de API',
    usage: 'Uso',
    batches: 'Lotes',
    users: 'Usuarios',
    audit: 'Auditoría',
    profile: 'Perfil',
    unknown: 'Esa sección no existe, o tus permisos no la incluyen.',
  },
);
