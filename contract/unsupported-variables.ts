/** Variables that deployments of other services of this kind set, and what replaces them here. A process that gets one warns. */
export const unsupportedVariables = {
  WORKERS: 'a process serves requests with one event loop: run more replicas',
  API_WORKERS: 'a process serves requests with one event loop: run more replicas',
  DEBUG: 'set LOG_LEVEL=debug',
  VERSION: 'set API_VERSION; the version of the image is a build argument',
  API_HOST: 'set HOST',
  API_PORT: 'set PORT',
  API_RELOAD: 'run npm run dev',
  SSL_CERTFILE: 'TLS ends at the edge: the Ingress, the gateway or nginx',
  SSL_KEYFILE: 'TLS ends at the edge: the Ingress, the gateway or nginx',
  SENTRY_DSN: 'errors are in the log and in metrics',
} as const;
