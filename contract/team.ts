import type { Team } from './team-fields.ts';

/** The values of this product's team; docs/your-product.md describes each. `leyenda init` writes this file. */
export const team: Team = {
  name: 'instagram-captions',
  title: 'Instagram Captions API',
  description: 'Captions for pictures, in English and Spanish, from a short description.',
  maintainer: 'The Leyenda maintainers',
  contact: '',
  host: 'api.yourapp.com',
  origins: 'https://yourapp.com,https://api.yourapp.com',
  stagingHost: 'staging.api.yourapp.com',
  stagingOrigins: 'https://staging.yourapp.com',
  repository: 'leyenda/leyenda',
  ownerId: '1001',
  repositoryId: '2002',
  owners: '',
  registry: 'ghcr.io/leyenda/leyenda',
  cluster: '',
  stagingCluster: '',
  audience: 'https://kubernetes.production.yourapp.com',
  stagingAudience: 'https://kubernetes.staging.yourapp.com',
  security: '',
  criticalAlerts: 'pagerduty',
  warningAlerts: 'slack:#captions-alerts',
  stagingAlerts: 'slack:#captions-staging',
  model: 'gpt-4',
  modelUrl: '',
};
