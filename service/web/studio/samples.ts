import { endpoints } from '../../../contract/endpoints/index.ts';

/** Languages of the samples, by their names. */
export const sampleLanguages = { curl: 'curl', javascript: 'JavaScript', python: 'Python' } as const;
export type SampleLanguage = keyof typeof sampleLanguages;

/** Quotes a text for a POSIX shell. */
const shellQuoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** A JSON value as a Python literal. Strings of JSON are strings of Python. */
const python = (json: string) =>
  json.replaceAll(
    /"(?:[^"\\]|\\.)*"|\b(?:true|false|null)\b/g,
    (token) => ({ true: 'True', false: 'False', null: 'None' })[token] ?? token,
  );

/**
 * The request that the studio sends, as code that a visitor can run.
 * @param origin of the service
 * @param body of `POST /api/v4/generate`
 */
export function sampleOf(language: SampleLanguage, origin: string, body: object): string {
  const url = `${origin}${endpoints.generate.path}`;
  const json = JSON.stringify(body, null, 2);
  switch (language) {
    case 'curl':
      return [
        `curl ${url} \\`,
        '  -H "Authorization: Bearer $API_KEY" \\',
        '  -H "Content-Type: application/json" \\',
        `  -d ${shellQuoted(json)}`,
      ].join('\n');
    case 'javascript':
      return [
        `const response = await fetch('${url}', {`,
        "  method: 'POST',",
        "  headers: { Authorization: 'Bearer ' + process.env.API_KEY, 'Content-Type': 'application/json' },",
        `  body: JSON.stringify(${json.replaceAll('\n', '\n  ')}),`,
        '});',
        'const { caption, alternatives, hashtags } = await response.json();',
        'console.log(caption, alternatives, hashtags);',
      ].join('\n');
    case 'python':
      return [
        'import json, os, urllib.request',
        '',
        'request = urllib.request.Request(',
        `    "${url}",`,
        '    headers={"Authorization": "Bearer " + os.environ["API_KEY"], "Content-Type": "application/json"},',
        `    data=json.dumps(${python(json).replaceAll('\n', '\n    ')}).encode(),`,
        ')',
        'answer = json.load(urllib.request.urlopen(request))',
        'print(answer["caption"], answer["alternatives"], answer["hashtags"])',
      ].join('\n');
  }
}
