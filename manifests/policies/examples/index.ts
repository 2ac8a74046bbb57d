import type { Example } from './example.ts';
import { networkExamples } from './network.ts';
import { podExamples } from './pods.ts';
import { routeExamples } from './routes.ts';
import { runningExamples } from './running.ts';
import { settingExamples } from './settings.ts';
import { acceptedExamples } from './valid-objects.ts';

/** What the policies refuse; docs/guarantees.md lists it, with the messages. */
export const examples: readonly Example[] = [
  ...acceptedExamples,
  ...podExamples,
  ...settingExamples,
  ...runningExamples,
  ...routeExamples,
  ...networkExamples,
];
