import { apiDecisions } from './api.ts';
import type { Decision } from './decision.ts';
import { kubernetesDecisions } from './kubernetes.ts';
import { trivyDecisions } from './trivy.ts';

/** The decisions about the findings of every judge. */
export const decisions: readonly Decision[] = [...kubernetesDecisions, ...trivyDecisions, ...apiDecisions];
