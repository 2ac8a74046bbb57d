/** Variables that deployments of other services of this kind set, and what replaces them here. A process that gets one warns. */
export const unsupportedVariables = {
  API_RELOAD: 'run npm run dev',
  SSL_CERTFILE: 'TLS ends at the edge: the Ingress, the gateway or nginx',
  SSL_KEYFILE: 'TLS ends at the edge: the Ingress, the gateway or nginx',
} as const;
