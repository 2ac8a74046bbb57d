import * as z from 'zod';
import { json, noInput } from '../../http/shape.ts';

const title = z.object({ en: z.string().describe('In English'), es: z.string().describe('In Spanish') });
const terms = z
  .record(z.string(), z.record(z.string(), z.number()))
  .describe('By language: terms with their weights; `*` means any continuation of a word');

const subjectResponse = z
  .object({
    name: z.string().describe('Name of the subject'),
    title: title.describe('Name of the subject for people, in English and Spanish'),
    version: z.string().describe('Version of the analysis: a hash of the subject and of the method'),
    languages: z.array(z.string()).describe('Languages that the terms are in: ISO 639'),
    threshold: z.number().describe('Relevance from which on an article is relevant, 0 to 1'),
    terms,
    topics: z
      .array(z.object({ name: z.string().describe('Name of the topic in filters'), title: title.describe('Name for people'), terms }))
      .describe('Topics that articles can have'),
    neutral: z.record(z.string(), z.array(z.string())).describe('By language: words of the subject that say nothing about the tone'),
  })
  .meta({
    id: 'NewsSubject',
    examples: [
      {
        name: 'breast-cancer',
        title: { en: 'Breast cancer', es: 'Cáncer de mama' },
        version: '5b0c6f6d2f7c1a90',
        languages: ['es', 'en'],
        threshold: 0.5,
        terms: { en: { 'breast cancer': 6, 'mammogra*': 5 }, es: { 'cáncer de mama': 6 } },
        topics: [{ name: 'screening', title: { en: 'Screening', es: 'Cribado' }, terms: { en: { 'screen*': 1 }, es: { 'criba*': 1 } } }],
        neutral: { en: ['cancer'], es: ['cáncer'] },
      },
    ],
  });

export const newsSubjectShapes = { newsSubject: { ...noInput, answer: json(subjectResponse) } };
