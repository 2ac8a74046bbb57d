/** How a requirement is met: by a file, by something better, or later. */
export type Coverage =
  | { readonly state: 'done'; readonly target: string }
  | { readonly state: 'replaced'; readonly why: string }
  | { readonly state: 'planned' };

/** Fulfilled; `target` is a file or folder of this repository. */
export const done = (target: string): Coverage => ({ state: 'done', target });
/** Not built as the guide has it; `why` says what takes its place. */
export const replaced = (why: string): Coverage => ({ state: 'replaced', why });
export const planned: Coverage = { state: 'planned' };
