import { product } from './product.ts';

/** First lines of the texts for people, which a process with all roles prints between the JSON lines of its log. */
export const startupTitles = {
  administrator: 'The first administrator, shown this once, store it now:',
  ready: `${product.title} ${product.version} is ready`,
} as const;

/** Whether a line is the title of such a text, of any version. */
export const isStartupTitle = (line: string): boolean =>
  line === startupTitles.administrator || (line.startsWith(`${product.title} `) && line.endsWith(' is ready'));
