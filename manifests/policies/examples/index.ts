import type { Example } from './example.ts';
import { networkExamples } from './network.ts';
import { podExamples } from './pods.ts';
import { routeExamples } from './routes.ts';
import { settingExamples } from './settings.ts';
import { objectExamples } from './valid-objects.ts';
import { workloadExamples } from './workloads.ts';

/** Mistakes that the policies reject; docs/guarantees.md lists them with the messages. */
export const examples: readonly Example[] = [
  ...objectExamples,
  ...podExamples,
  ...settingExamples,
  ...workloadExamples,
  ...routeExamples,
  ...networkExamples,
];
