import { translations } from '../language/translations.ts';

export const sessionMessages = translations(
  {
    title: 'Sign in',
    intro: 'Captions are written with your account.',
    byPassword: 'User name and password',
    byKey: 'API key',
    username: 'User name',
    password: 'Password',
    key: 'API key',
    keyHint: 'The first start of the service prints one; an administrator can create more.',
    submit: 'Sign in',
    signingIn: 'Signing in …',
  },
  {
    title: 'Iniciar sesión',
    intro: 'Los textos se escriben con tu cuenta.',
    byPassword: 'Usuario y contraseña',
    byKey: 'Clave de API',
    username: 'Usuario',
    password: 'Contraseña',
    key: 'Clave de API',
    keyHint: 'El primer arranque del servicio muestra una; un administrador puede crear más.',
    submit: 'Iniciar sesión',
    signingIn: 'Iniciando sesión …',
  },
);
