import { ports } from '../../service/contract/ports.ts';
import { product } from '../../service/contract/product.ts';

/** Namespace of guide row K8-01. */
export const namespace = product.name;

/** Where releases are pushed (guide row CI-05); the tag stands in only until a release names a digest. */
export const image = `ghcr.io/leyenda/${product.name}-api:${product.version}`;

/** Guide row K8-02, less what the pod itself says. */
export const config = {
  HOST: '0.0.0.0',
  PORT: String(ports.http),
  METRICS_PORT: String(ports.metrics),
  LOG_LEVEL: 'info',
} as const;

/** Guide row K8-08. */
export const resources = { requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '500m', memory: '1Gi' } } as const;
