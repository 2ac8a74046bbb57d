import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { sourceKinds } from '../../../contract/news.ts';
import { canonicalUrl } from './canonical-url.ts';
import { parseDocument } from './parse-document.ts';

/**
 * Documents of publishers as collected by other projects (`source`), cut to three entries and to texts of 200 characters. What is expected
 * was compared with another reader: docs/decisions/news.md.
 */
const folder = join(import.meta.dirname, 'samples');
const read = (file: string) => readFileSync(join(folder, file));
const samples = z
  .array(
    z.object({
      file: z.string(),
      publisher: z.string(),
      about: z.string(),
      kind: z.enum(sourceKinds),
      entries: z.int(),
      sitemaps: z.int().default(0),
      language: z.string().nullable(),
      first: z.object({ title: z.string(), url: z.string(), publishedAt: z.string().nullable() }).nullable(),
    }),
  )
  .parse(JSON.parse(read('samples.json').toString()));

const now = new Date('2026-01-01T00:00:00Z');
const parse = (file: string, kind: (typeof sourceKinds)[number]) =>
  parseDocument({ bytes: read(file), contentType: '', url: 'https://example.com/feed', kind, now });

describe('A document as publishers write it', () => {
  test.each(samples)('is read: $publisher, $file: $about', ({ file, kind, entries, sitemaps, language, first }) => {
    const document = parse(file, kind);
    expect([document.entries.length, document.sitemaps.length, document.language ?? null]).toEqual([entries, sitemaps, language]);
    const { title, url, publishedAt } = document.entries[0] ?? {};
    expect(first).toEqual(url === undefined ? null : { title, url, publishedAt: publishedAt?.toISOString() ?? null });
  });

  test.each(samples)('has plain texts and addresses: $file', ({ file, kind }) => {
    for (const { url, title, summary, author = '' } of parse(file, kind).entries) {
      expect(canonicalUrl(url)).toBeDefined();
      for (const text of [title, summary, author]) expect(text).not.toMatch(/[\r\n\t]|<\/|&(?:\w+|#\d+);|Ã.|\uFFFD/);
      expect(summary.length).toBeLessThanOrEqual(500);
    }
  });
});
