import type { PageLanguage } from '../language/translations.ts';

/** Explanations of the service that its console can cause, in Spanish. A test checks that the service has each of them. */
export const spanish: Readonly<Record<string, string>> = {
  'This user name is taken.': 'Este nombre de usuario ya existe.',
  'This e-mail address is taken.': 'Esta dirección de correo ya está en uso.',
  'This is the last active administrator.': 'Es el último administrador activo.',
  'This is not your current password': 'No es tu contraseña actual',
  'Required: your current password': 'Escribe tu contraseña actual',
  'A key with a budget creates no keys.': 'Una clave con presupuesto no puede crear claves.',
  'A key cannot expire later than the key that creates it.': 'Una clave no puede caducar después de la clave que la crea.',
  'The key expires later than the caller.': 'La clave caduca después de la que usas.',
  'A key rotates only itself.': 'Una clave solo puede renovarse a sí misma.',
  'The key is revoked, or another request rotated it at the same time.': 'La clave está revocada, u otra petición la ha renovado a la vez.',
  'describe the picture, or send it as image': 'describe la foto o envíala en image',
  'There is no such batch.': 'Ese lote no existe.',
  'The time range is invalid or too large.': 'El periodo no es válido o es demasiado largo.',
};

/** An explanation of the service in the language of the page, if it is known. */
export const translated = (text: string, language: PageLanguage): string => (language === 'es' ? (spanish[text] ?? text) : text);
