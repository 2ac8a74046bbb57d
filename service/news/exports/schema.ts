import * as z from 'zod';
import {
  type ExportDataset,
  type ExportError,
  exportDatasets,
  exportErrors,
  exportKinds,
  exportStates,
} from '../../../contract/news-exports.ts';
import { chartLanguages } from '../../charts/texts.ts';
import { listOf, pageQuery } from '../../http/pagination.ts';
import { file, json, noContent, noInput } from '../../http/shape.ts';
import { articleFilters } from '../filters.ts';
import { mediaTypes } from './media-types.ts';

const isDataset = (name: string): name is ExportDataset => name in exportDatasets;
const isError = (name: string): name is ExportError => name in exportErrors;
const datasets = Object.keys(exportDatasets).filter(isDataset);

const kind = z.enum(exportKinds).describe('The form of the file');
const dataset = z.enum(datasets).describe('What it contains; `report`: a PDF with figures, charts and the newest articles');
const language = z.enum(chartLanguages).describe('Language of headings, charts and reports; CSV and JSON Lines have the names of the API');

/** Whether a dataset exists in a form. */
const isOffered = (request: { readonly kind: string; readonly dataset: ExportDataset }) =>
  exportDatasets[request.dataset].some((each) => each === request.kind);

export const exportRequest = z
  .strictObject({ kind, dataset, filters: articleFilters.prefault({}).describe('Which articles count'), language: language.default('en') })
  .superRefine((request, ctx) => {
    if (isOffered(request)) return;
    const message = `${request.dataset} is exported as ${exportDatasets[request.dataset].join(', ')}`;
    ctx.addIssue({ code: 'custom', path: ['kind'], message });
  })
  .meta({ id: 'ExportRequest', examples: [{ kind: 'csv', dataset: 'articles', filters: { language: 'es' }, language: 'es' }] });
export type ExportRequest = z.output<typeof exportRequest>;

const example = {
  id: '4f0b9f0a-5d0f-4f4e-8d63-6a7f2f6b3c11',
  kind: 'csv',
  dataset: 'articles',
  filters: { from: '2026-11-01', to: '2026-11-30', relevant: 'only', duplicates: 'exclude' },
  language: 'es',
  state: 'succeeded',
  rows: 1234,
  bytes: 456_789,
  error: null,
  created_at: '2026-11-30T09:00:00.000Z',
  started_at: '2026-11-30T09:00:00.500Z',
  finished_at: '2026-11-30T09:00:02.000Z',
  expires_at: '2026-12-30T09:00:02.000Z',
  link: null,
};

const params = z.object({ id: z.uuid().describe('The id of the export') });
const states = exportStates.filter((state) => state !== 'deleted');

export const exportResponse = z
  .object({
    id: params.shape.id,
    kind,
    dataset,
    filters: articleFilters.describe('Which articles count, with the period that the request left out'),
    language,
    state: z.enum(states).describe('`expired`: the file was deleted after the retention period'),
    rows: z.int().nullable().describe('Rows of the file; null: not finished, or it has no rows'),
    bytes: z.int().nullable().describe('Size of the file; null: not finished'),
    error: z
      .object({
        code: z.enum(Object.keys(exportErrors).filter(isError)).describe('Why it failed'),
        detail: z.string().describe('What you can do'),
      })
      .nullable()
      .describe('Set if `state` is `failed`'),
    created_at: z.iso.datetime().describe('When it was requested'),
    started_at: z.iso.datetime().nullable().describe('When its last attempt started; null: not yet'),
    finished_at: z.iso.datetime().nullable().describe('When it succeeded or failed; null: not yet'),
    expires_at: z.iso.datetime().nullable().describe('When its file is deleted; null: there is no file yet'),
    link: z
      .object({
        url: z.string().describe('Path of the file with a signature; needs no credential'),
        expires_at: z.iso.datetime().describe('When the link stops working'),
      })
      .nullable()
      .describe('Set in a single export that has succeeded'),
  })
  .meta({ id: 'Export', examples: [example] });
export type ExportResponse = z.output<typeof exportResponse>;

const listResponse = listOf(exportResponse).meta({ id: 'Exports', examples: [{ items: [example], next: null }] });
const linkQuery = z.strictObject({
  expires: z
    .string()
    .regex(/^\d{1,12}$/)
    .describe('When the link expires, in seconds since the epoch'),
  signature: z
    .string()
    .regex(/^[\w-]{1,100}$/)
    .describe('Signature of the export and the expiry'),
});
const answer = file(...new Set(Object.values(mediaTypes)));

export const newsExportsShapes = {
  createExport: { ...noInput, body: exportRequest, answer: json(exportResponse, 202) },
  listExports: { ...noInput, query: pageQuery(z.uuid()), answer: json(listResponse) },
  readExport: { ...noInput, params, answer: json(exportResponse) },
  deleteExport: { ...noInput, params, answer: noContent },
  readExportFile: { ...noInput, params, answer },
  downloadExport: { ...noInput, params, query: linkQuery, answer },
};
