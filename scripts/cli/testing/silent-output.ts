import type { Output } from '../output.ts';

/** Prints nothing. */
export const silentOutput: Output = { line: () => {}, step: () => {}, showPending: () => {}, annotate: () => {}, result: () => {} };
