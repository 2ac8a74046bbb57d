import { translations } from './language/translations.ts';

export const appMessages = translations(
  {
    skip: 'Skip to content',
    loading: 'Loading …',
    studio: 'Studio',
    console: 'Console',
    docs: 'API',
    navigation: 'Main',
    language: 'Language',
    theme: 'Colours',
    system: 'Automatic',
    light: 'Light',
    dark: 'Dark',
    signOut: 'Sign out',
    signedInWithKey: 'API key',
  },
  {
    skip: 'Ir al contenido',
    loading: 'Cargando …',
    studio: 'Estudio',
    console: 'Consola',
    docs: 'API',
    navigation: 'Principal',
    language: 'Idioma',
    theme: 'Colores',
    system: 'Automático',
    light: 'Claro',
    dark: 'Oscuro',
    signOut: 'Cerrar sesión',
    signedInWithKey: 'Clave de API',
  },
);
