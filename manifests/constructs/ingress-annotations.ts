export const annotationPrefix = 'nginx.ingress.kubernetes.io/';

/** The annotations of ingress-nginx that are used. Others do not compile and are refused at synth: the guides' `rate-limit` never existed (D-06). */
export const knownAnnotations = [
  'limit-rps',
  'limit-rpm',
  'limit-burst-multiplier',
  'proxy-body-size',
  'proxy-read-timeout',
  'proxy-send-timeout',
  'proxy-buffering',
  'force-ssl-redirect',
] as const;

export type Annotations = Readonly<Partial<Record<`${typeof annotationPrefix}${(typeof knownAnnotations)[number]}`, string>>>;
