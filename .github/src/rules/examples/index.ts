import type { rules } from '../index.ts';
import { deliveryExamples } from './delivery.ts';
import type { Examples } from './example.ts';
import { imageExamples } from './image.ts';
import { pinningExamples } from './pinning.ts';
import { rightsExamples } from './rights.ts';
import { secrecyExamples } from './secrecy.ts';

/** What each rule accepts and what it refuses. */
export const examples: Readonly<Record<keyof typeof rules, Examples>> = {
  ...pinningExamples,
  ...rightsExamples,
  ...secrecyExamples,
  ...imageExamples,
  ...deliveryExamples,
};
