import type * as z from 'zod';
import type { batchResult } from '../../../batches/schema.ts';
import { formatCsv } from '../../../csv/write-csv.ts';

export type BatchResult = z.output<typeof batchResult>;

/** The main text of a result: the best caption, the answer, or why it failed. */
export function textOfResult(line: BatchResult): string {
  if (line.status === 'failed') return `${line.error.code}: ${line.error.detail}`;
  return 'caption' in line.result ? line.result.caption : line.result.result;
}

export const hashtagsOf = (line: BatchResult): string =>
  line.status === 'succeeded' && 'hashtags' in line.result ? line.result.hashtags.join(' ') : '';

/** In the order of the file. */
export const inFileOrder = (results: readonly BatchResult[]): BatchResult[] => results.toSorted((a, b) => a.index - b.index);

export const linesOf = (results: readonly BatchResult[]): string => results.map((line) => `${JSON.stringify(line)}\n`).join('');

const header = ['row', 'status', 'text', 'hashtags', 'alternatives', 'language', 'model'];

/** Results as a table for spreadsheets; `row` counts from 1. */
export const csvOfResults = (results: readonly BatchResult[]): string =>
  formatCsv([
    header,
    ...results.map((line) => {
      const result = line.status === 'succeeded' ? line.result : undefined;
      const caption = result && 'caption' in result ? result : undefined;
      const model = result && ('model' in result ? result.model : result.routing.model);
      const alternatives = caption?.alternatives.join('\n\n') ?? '';
      return [line.index + 1, line.status, textOfResult(line), hashtagsOf(line), alternatives, caption?.language ?? '', model ?? ''];
    }),
  ]);
