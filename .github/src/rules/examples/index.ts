import type { rules } from '../index.ts';
import { deliveryExamples } from './delivery.ts';
import type { Examples } from './example.ts';
import { imageExamples } from './image.ts';
import { rightsExamples } from './permissions.ts';
import { pinningExamples } from './pinning.ts';
import { secrecyExamples } from './secrets.ts';

/** Valid and invalid examples for each rule. */
export const examples: Readonly<Record<keyof typeof rules, Examples>> = {
  ...pinningExamples,
  ...rightsExamples,
  ...secrecyExamples,
  ...imageExamples,
  ...deliveryExamples,
};
