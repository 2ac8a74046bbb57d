import type { Output } from '../../cli/output.ts';

/** Says nothing to anybody. */
export const silentOutput: Output = { line: () => {}, step: () => {}, now: () => {}, annotate: () => {}, result: () => {} };
