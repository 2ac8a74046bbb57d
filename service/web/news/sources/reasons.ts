import { type FetchReason, fetchReasons } from '../../../../contract/news.ts';
import type { Criterion, FindingTexts } from '../../../news/sources/compliance.ts';
import type { PageLanguage } from '../../language/translations.ts';

/** Why a source cannot be fetched, or a fetch has no articles. */
export const spanishReasons: Readonly<Record<FetchReason | 'no_entries', string>> = {
  no_contact: 'NEWS_CONTACT no está configurado: asígnale una dirección mailto: o https:.',
  robots: 'robots.txt lo prohíbe.',
  robots_unreachable: 'No se puede leer robots.txt, lo que equivale a una prohibición (RFC 9309): se intenta más tarde.',
  private_address: 'El host, o el destino de una redirección, no tiene una dirección pública.',
  unsupported_url: 'La dirección, o el destino de una redirección, no es http o https en el puerto habitual.',
  redirects: 'Hay demasiadas redirecciones.',
  unreachable: 'No se puede conectar con el host.',
  timeout: 'El host tardó demasiado.',
  too_large: 'El documento es demasiado grande.',
  content_type: 'El documento no es del tipo de la fuente: comprueba su tipo.',
  malformed: 'No se puede interpretar el documento.',
  http_status: 'El host respondió con un error.',
  rate_limited: 'El host pide menos peticiones: se intenta más tarde.',
  tls: 'El certificado del host no es válido.',
  invalid_response: 'La respuesta incumple HTTP, o su compresión está dañada.',
  decompression_bomb: 'El documento descomprimido ocupa muchísimo más que su tamaño.',
  host_busy: 'El host pidió una pausa, o una espera mayor que la de esta lectura: se intenta entonces.',
  crashed: 'La lectura terminó varias veces sin resultado: consulta el registro del scraper.',
  no_entries: 'El documento no tiene entradas: comprueba su tipo y sus selectores.',
  gone: 'El documento ya no existe: corrige la dirección o elimina la fuente.',
};

/** Why a fetch failed or was rejected. */
export const fetchReasonText = (reason: FetchReason, language: PageLanguage): string =>
  language === 'es' ? spanishReasons[reason] : fetchReasons[reason];

/** The name of each criterion of the compliance score. */
const criterionNames: Readonly<Record<PageLanguage, Readonly<Record<Criterion, string>>>> = {
  en: {
    robots: 'robots.txt',
    legal_basis: 'Legal basis',
    terms: 'Terms of use',
    https: 'Encryption',
    contact: 'Contact',
    kind: 'Kind of document',
    crawl_delay: 'Crawl delay',
    reservation: 'Reserved rights',
  },
  es: {
    robots: 'robots.txt',
    legal_basis: 'Base legal',
    terms: 'Condiciones de uso',
    https: 'Cifrado',
    contact: 'Contacto',
    kind: 'Tipo de documento',
    crawl_delay: 'Espera entre lecturas',
    reservation: 'Reserva de derechos',
  },
};

/** Findings of the compliance score in Spanish; the service has them in English. */
const spanishFindings: FindingTexts = {
  robots: {
    allowed: 'robots.txt permite la dirección.',
    unknown: 'robots.txt no se ha leído todavía: comprueba la fuente.',
    unreachable: 'No se puede leer robots.txt, lo que equivale a una prohibición (RFC 9309): comprueba la fuente más tarde.',
    disallowed: 'robots.txt prohíbe la dirección: la puntuación es 0.',
  },
  legal_basis: {
    permission: 'El medio dio permiso.',
    licence: 'Lo permite una licencia.',
    text_and_data_mining: 'Se aplica la excepción de minería de textos y datos, salvo que el medio se reserve sus derechos.',
    reserved: 'El medio se reserva la minería de textos y datos, lo que excluye esta base legal: pide una licencia o un permiso.',
    public_feed: 'El medio ofrece el canal al público.',
    no_feed: 'La fuente no es un canal, lo que excluye esta base legal: indica otra.',
    missing: 'No se ha indicado ninguna base legal.',
  },
  terms: {
    recorded: 'La dirección de las condiciones de uso está indicada.',
    missing: 'Faltan las condiciones de uso: indica su dirección.',
  },
  https: {
    encrypted: 'La fuente se lee con https.',
    plain: 'La fuente se lee sin cifrar: usa su dirección https si existe.',
  },
  contact: {
    present: 'El medio encuentra un contacto en el User-Agent.',
    missing: 'Las peticiones no llevan contacto: el operador debe configurar NEWS_CONTACT.',
  },
  kind: {
    feed: 'Un canal está hecho para programas.',
    sitemap: 'Un mapa del sitio está hecho para programas, pero no para lectores de noticias.',
    page: 'Una página está hecha para personas: usa el canal del sitio si existe.',
  },
  crawl_delay: {
    obeyed: 'El intervalo es mayor que la espera que pide el host.',
    exceeded: 'El intervalo es menor que la espera de robots.txt: auméntalo.',
  },
  reservation: {
    none: 'El medio no se reserva derechos frente al uso automático (TDM-Reservation, X-Robots-Tag).',
    unknown: 'Las cabeceras de reserva de derechos no se han leído todavía: comprueba la fuente.',
    reserved: 'El medio se reserva derechos frente al uso automático (TDM-Reservation, X-Robots-Tag).',
  },
};

interface Reason {
  readonly criterion: string;
  readonly finding: string;
  readonly message: string;
}

/** The name of a criterion of the compliance score; a newer service may have others. */
export function criterionName(criterion: string, language: PageLanguage): string {
  const names: Readonly<Record<string, string>> = criterionNames[language];
  return names[criterion] ?? criterion;
}

/** What was found for a criterion. */
export function findingText({ criterion, finding, message }: Reason, language: PageLanguage): string {
  const texts: Readonly<Record<string, Readonly<Record<string, string>>>> = spanishFindings;
  return language === 'es' ? (texts[criterion]?.[finding] ?? message) : message;
}
