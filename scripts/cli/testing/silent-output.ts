import type { Output } from '../output.ts';

/** Says nothing to anybody. */
export const silentOutput: Output = { line: () => {}, step: () => {}, showPending: () => {}, annotate: () => {}, result: () => {} };
