import type { ExportKind } from '../../../contract/news-exports.ts';

export const mediaTypes: Readonly<Record<ExportKind, string>> = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  jsonl: 'application/jsonl',
  svg: 'image/svg+xml',
  png: 'image/png',
  pdf: 'application/pdf',
};
