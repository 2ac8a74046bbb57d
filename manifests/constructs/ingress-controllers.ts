import type { Rate } from '../../contract/rate-limits.ts';
import { timings } from '../../contract/timings.ts';
import type { IngressController } from '../environments/environment.ts';
import type { EdgeRoutes } from './edge-routes.ts';

/**
 * The annotations that are used, by the prefix that a controller reads. One that does not stand here does not compile, and is refused
 * at synth: `nginx.ingress.kubernetes.io/rate-limit` of the guides never existed (D-06).
 */
export const knownAnnotations = {
  'nginx.ingress.kubernetes.io/': [
    'limit-rps',
    'limit-rpm',
    'limit-burst-multiplier',
    'proxy-body-size',
    'proxy-read-timeout',
    'proxy-send-timeout',
    'proxy-buffering',
    'force-ssl-redirect',
  ],
  'nginx.org/': [
    'mergeable-ingress-type',
    'limit-req-rate',
    'limit-req-burst',
    'limit-req-no-delay',
    'limit-req-reject-code',
    'client-max-body-size',
    'proxy-read-timeout',
    'proxy-send-timeout',
    'proxy-buffering',
    'websocket-services',
    'redirect-to-https',
  ],
  'traefik.ingress.kubernetes.io/': ['router.entrypoints', 'router.middlewares'],
} as const;
type Known = typeof knownAnnotations;
type Annotation = { [P in keyof Known]: `${P}${Known[P][number]}` }[keyof Known];
export type Annotations = Readonly<Partial<Record<Annotation, string>>>;

interface Controller {
  /** Of the routes of one class; `services`: all that they lead to. */
  readonly routes: (routes: EdgeRoutes, services: readonly string[]) => Annotations;
  /** Of the host as a whole, where TLS is on. */
  readonly redirect: Annotations;
  /** A host's Ingresses are one `master` with the TLS and a `minion` for each class; else each stands for itself. */
  readonly merged: boolean;
}

const timeout = String(timings.edge);

/** nginx counts by the second or by the minute. */
const perSecond = ({ seconds }: Rate) => seconds === 1;
const count = (rate: Rate) => (perSecond(rate) ? rate.requests : Math.round((rate.requests * 60) / rate.seconds));

/** Burst as a multiple of the limit; the least is 1. */
const multiplier = (rate: Rate) => String(Math.max(1, Math.round(rate.burst / count(rate))));

/** What the annotations of a controller are for the contract's limits. Both nginx keep a WebSocket open while it is used within the timeouts. */
export const controllers: Readonly<Record<IngressController, Controller>> = {
  /** The community's; it counts in each of its replicas, and answers 503 unless its ConfigMap sets `limit-req-status-code`. */
  'ingress-nginx': {
    routes: ({ rate, bodyBytes }) => ({
      ...(rate && {
        [perSecond(rate) ? 'nginx.ingress.kubernetes.io/limit-rps' : 'nginx.ingress.kubernetes.io/limit-rpm']: String(count(rate)),
        'nginx.ingress.kubernetes.io/limit-burst-multiplier': multiplier(rate),
      }),
      'nginx.ingress.kubernetes.io/proxy-body-size': String(bodyBytes),
      'nginx.ingress.kubernetes.io/proxy-read-timeout': timeout,
      'nginx.ingress.kubernetes.io/proxy-send-timeout': timeout,
      'nginx.ingress.kubernetes.io/proxy-buffering': 'off',
    }),
    redirect: { 'nginx.ingress.kubernetes.io/force-ssl-redirect': 'true' },
    merged: false,
  },
  /** F5's. */
  nginx: {
    routes: ({ rate, bodyBytes }, services) => ({
      ...(rate && {
        'nginx.org/limit-req-rate': `${count(rate)}r/${perSecond(rate) ? 's' : 'm'}`,
        'nginx.org/limit-req-burst': String(rate.burst),
        'nginx.org/limit-req-no-delay': 'true',
        'nginx.org/limit-req-reject-code': '429',
      }),
      'nginx.org/client-max-body-size': String(bodyBytes),
      'nginx.org/proxy-read-timeout': `${timeout}s`,
      'nginx.org/proxy-send-timeout': `${timeout}s`,
      'nginx.org/proxy-buffering': 'false',
      'nginx.org/websocket-services': services.join(','),
    }),
    redirect: { 'nginx.org/redirect-to-https': 'true' },
    merged: true,
  },
  /** Limits by Middlewares; it neither buffers an answer nor ends one that takes long. */
  traefik: { routes: () => ({}), redirect: {}, merged: false },
};
