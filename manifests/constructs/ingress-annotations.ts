export const annotationPrefix = 'nginx.ingress.kubernetes.io/';

/** The annotations of ingress-nginx that are used. Others do not compile and fail at synth; `rate-limit`, for example, does not exist. */
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
