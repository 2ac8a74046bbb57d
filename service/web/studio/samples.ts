import { endpoints } from '../../../contract/endpoints/index.ts';

/** Languages of the samples, by their names. */
export const sampleLanguages = { curl: 'curl', javascript: 'JavaScript', python: 'Python' } as const;
export type SampleLanguage = keyof typeof sampleLanguages;

/** A request to show as code. */
interface SampleRequest {
  readonly url: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** The file that the code reads the picture from. */
  readonly picture: { readonly file: string; readonly type: string } | undefined;
}

/** Quotes a text for a POSIX shell. */
const shellQuoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** Indented JSON, without the braces around it: one field per line. */
const fieldsOf = (body: object) => JSON.stringify(body, null, 2).split('\n').slice(1, -1);

/** JSON as a Python literal: strings are equal in both. */
const python = (json: string) =>
  json.replaceAll(
    /"(?:[^"\\]|\\.)*"|\b(?:true|false|null)\b/g,
    (token) => ({ true: 'True', false: 'False', null: 'None' })[token] ?? token,
  );

function curl({ url, body, picture }: SampleRequest): string[] {
  const start = [`curl ${url} \\`, '  -H "Authorization: Bearer $API_KEY" \\'];
  if (picture === undefined)
    return [...start, '  -H "Content-Type: application/json" \\', `  -d ${shellQuoted(JSON.stringify(body, null, 2))}`];
  const fields = Object.entries(body).map(([name, value]) => `  --form-string ${shellQuoted(`${name}=${value}`)} \\`);
  return [...start, ...fields, `  -F image=@${picture.file}`];
}

function javascript({ url, body, picture }: SampleRequest): string[] {
  const fields = fieldsOf(body).map((line) => `  ${line}`);
  return [
    ...(picture === undefined ? [] : ["import { readFile } from 'node:fs/promises';", '']),
    `const response = await fetch('${url}', {`,
    "  method: 'POST',",
    "  headers: { Authorization: 'Bearer ' + process.env.API_KEY, 'Content-Type': 'application/json' },",
    '  body: JSON.stringify({',
    ...(picture === undefined ? [] : [`    image: 'data:${picture.type};base64,' + (await readFile('${picture.file}', 'base64')),`]),
    ...fields,
    '  }),',
    '});',
    'const { caption, alternatives, hashtags } = await response.json();',
    'console.log(caption, alternatives, hashtags);',
  ];
}

function pythonCode({ url, body, picture }: SampleRequest): string[] {
  const fields = fieldsOf(body).map((line) => `  ${python(line)}`);
  const picturePrefix = picture && `"data:${picture.type};base64," + base64.b64encode(open("${picture.file}", "rb").read()).decode()`;
  return [
    `import ${picture === undefined ? '' : 'base64, '}json, os, urllib.request`,
    '',
    'body = {',
    ...(picturePrefix === undefined ? [] : [`    "image": ${picturePrefix},`]),
    ...fields,
    '}',
    'request = urllib.request.Request(',
    `    "${url}",`,
    '    headers={"Authorization": "Bearer " + os.environ["API_KEY"], "Content-Type": "application/json"},',
    '    data=json.dumps(body).encode(),',
    ')',
    'answer = json.load(urllib.request.urlopen(request))',
    'print(answer["caption"], answer["alternatives"], answer["hashtags"])',
  ];
}

const writers = { curl, javascript, python: pythonCode } satisfies Record<SampleLanguage, (request: SampleRequest) => string[]>;

/**
 * The request that the studio sends, as code that a visitor can run. A picture is read from a file.
 * @param origin of the service
 * @param body of `POST /api/v4/generate`
 */
export function sampleOf(language: SampleLanguage, origin: string, { image, ...body }: Readonly<Record<string, unknown>>): string {
  const type = /^data:(image\/(\w+));/.exec(String(image));
  const picture = type?.[1] === undefined ? undefined : { file: `picture.${type[2]}`, type: type[1] };
  return writers[language]({ url: `${origin}${endpoints.generate.path}`, body, picture }).join('\n');
}
