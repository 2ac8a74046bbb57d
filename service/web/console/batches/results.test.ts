import { expect, test } from '@jest/globals';
import { batchResult } from '../../../batches/schema.ts';
import { generateResponse } from '../../../captions/schema.ts';
import { queryResponse } from '../../../queries/schema.ts';
import { parseCsv } from '../../ui/csv.ts';
import { csvOfResults, inFileOrder, linesOf } from './results.ts';

const usage = { prompt_tokens: 9, completion_tokens: 46, total_tokens: 55 };
const caption = generateResponse.parse({
  id: '0a2ce9ad-ec5b-4295-9bd3-fe9893b225ac',
  caption: 'Sun,\n"sea" & sand',
  alternatives: ['Sea', '+ sand'],
  hashtags: ['#Sun', '#Sea'],
  style: 'casual',
  audience: 'general',
  language: 'en',
  model: 'offline',
  cached: false,
  usage,
});
const answer = queryResponse.parse({
  id: '0a2ce9ad-ec5b-4295-9bd3-fe9893b225ad',
  query: 'A link?',
  result: '=HYPERLINK("https://example.com")',
  routing: { model: 'offline', reason: 'fallback only', alternatives: [], failed: [] },
  context: null,
  execution: null,
  usage,
  cost_micros: 0,
});
const results = inFileOrder([
  { index: 2, status: 'succeeded', result: answer },
  { index: 1, status: 'failed', error: { code: 'model_failed', detail: 'The text model failed.' } },
  { index: 0, status: 'succeeded', result: caption },
]);

test('the CSV file has a row for each result in the order of the file, and runs no formula', () => {
  const [header, ...rows] = parseCsv(csvOfResults(results)) ?? [];
  expect(header).toEqual(['row', 'status', 'text', 'hashtags', 'alternatives', 'language', 'model']);
  expect(rows).toEqual([
    ['1', 'succeeded', 'Sun,\n"sea" & sand', '#Sun #Sea', 'Sea\n\n+ sand', 'en', 'offline'],
    ['2', 'failed', 'model_failed: The text model failed.', '', '', '', ''],
    ['3', 'succeeded', '\'=HYPERLINK("https://example.com")', '', '', '', 'offline'],
  ]);
});

test('the JSON Lines file has the results as the service returns them', () => {
  const lines = linesOf(results).trimEnd().split('\n');
  expect(lines.map((line) => batchResult.parse(JSON.parse(line)))).toEqual(results);
});
