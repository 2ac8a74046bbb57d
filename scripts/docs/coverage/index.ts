import { accessRows } from './access.ts';
import { apiRows } from './api.ts';
import { dataRows } from './data.ts';
import { defectsRows } from './defects.ts';
import { deliveryRows } from './delivery.ts';
import { dockerRows } from './docker.ts';
import { documentsRows } from './documents.ts';
import { kubernetesRows } from './kubernetes.ts';
import { nginxRows } from './nginx.ts';
import { observabilityRows } from './observability.ts';
import type { Rows } from './row.ts';
import { securityRows } from './security.ts';

/** Every requirement of the guides by its id, in the order of the sections of docs/coverage.md. */
export const coverage = {
  ...apiRows,
  ...accessRows,
  ...dataRows,
  ...observabilityRows,
  ...dockerRows,
  ...nginxRows,
  ...kubernetesRows,
  ...deliveryRows,
  ...securityRows,
  ...documentsRows,
  ...defectsRows,
} as const satisfies Rows;
