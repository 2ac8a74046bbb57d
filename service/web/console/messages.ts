import { translations } from '../language/translations.ts';

export const consoleMessages = translations({ title: 'Console', loading: 'Loading …' }, { title: 'Consola', loading: 'Cargando …' });
