/** Variables that deployments of other services of this kind set, and what replaces them here. A process that gets one warns. */
export const unsupportedVariables = {
  API_RELOAD: 'run npm run dev',
  SSL_CERTFILE: 'TLS ends at the edge: the Ingress, the gateway or nginx',
  SSL_KEYFILE: 'TLS ends at the edge: the Ingress, the gateway or nginx',
  GRAFANA_PASSWORD: 'Grafana reads the secret GF_SECURITY_ADMIN_PASSWORD',
  ES_JAVA_OPTS: 'Loki stores the logs: no Elasticsearch is deployed',
} as const;

/** Values that request what happens anyway. */
export const harmlessValues: Readonly<Record<string, string>> = { API_RELOAD: 'false' };
