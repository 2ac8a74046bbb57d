import { translations } from '../language/translations.ts';

export const newsMessages = translations(
  {
    navigation: 'News',
    overview: 'Overview',
    articles: 'Articles',
    exports: 'Exports',
    sources: 'Sources',
    unknown: 'There is no such section, or your permissions do not include it.',
  },
  {
    navigation: 'Noticias',
    overview: 'Resumen',
    articles: 'Artículos',
    exports: 'Exportaciones',
    sources: 'Fuentes',
    unknown: 'Esa sección no existe, o tus permisos no la incluyen.',
  },
);
