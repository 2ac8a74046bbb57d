import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { createClient } from '../client/client.ts';
import { pictureUrl } from '../client/picture.ts';
import { createPictures } from '../pictures/pictures.ts';
import { anthropicAnswers } from '../testing/anthropic-api.ts';
import { testDatabase } from '../testing/database.ts';
import { corners, dataUrl, lookAt, makePicture, secretPlace, withJpegMetadata } from '../testing/pictures.ts';
import { generate, startService, type TestService } from '../testing/service.ts';
import { respondsWithText, startUpstream, type Upstream } from '../testing/upstream.ts';
import { memoryUsage } from '../testing/usage.ts';
import { generateResponse } from './schema.ts';

const answer = JSON.stringify({ captions: ['One', 'Two', 'Three'], hashtags: ['#sun'], language: 'en' });
const usage = memoryUsage();
const downloaded: string[] = [];
let photo: Buffer;
let upstream: Upstream;
let service: TestService;
beforeAll(async () => {
  photo = withJpegMetadata(await makePicture('jpg'), 6);
  upstream = await startUpstream(respondsWithText(answer, { usage: null }));
  const model = { provider: 'openai', base_url: upstream.url, api_key: 'k', price: { input: 1, output: 2 } };
  const list = [
    { ...model, id: 'blind', capabilities: ['captions', 'chat', 'streaming'] },
    { ...model, id: 'seeing', capabilities: ['captions', 'chat', 'streaming', 'vision'] },
  ];
  const download = async (url: string) => {
    downloaded.push(url);
    return photo;
  };
  service = await startService({ TEXT_MODELS: JSON.stringify(list) }, { usageStore: usage, pictures: createPictures(download) });
});
afterAll(async () => {
  await service.close();
  await upstream.close();
  await testDatabase.destroy();
});

let requests = 0;
/** No two requests share a cached answer, unless they have the same number. */
const fields = (more: object = {}, number = ++requests) => ({
  style: 'casual' as const,
  audience: 'general' as const,
  client_id: 'test-client',
  brand_voice: `number ${number}`,
  ...more,
});
const url = () => dataUrl(photo, 'image/jpeg');

const userMessage = z.object({
  role: z.literal('user'),
  content: z.tuple([
    z.object({ type: z.literal('text'), text: z.string() }),
    z.object({ type: z.literal('image_url'), image_url: z.object({ url: z.string() }) }),
  ]),
});
/** The text and the picture that the model received last. */
function received() {
  const { content } = userMessage.parse(upstream.requests.at(-1)?.body.messages.at(-1));
  const [head, base64 = ''] = content[1].image_url.url.split(',');
  return { text: JSON.parse(content[0].text), head, bytes: Buffer.from(base64, 'base64') };
}
async function expectUprightPhoto(): Promise<void> {
  const { head, bytes } = received();
  expect(head).toBe('data:image/jpeg;base64');
  expect(bytes.includes(secretPlace) || bytes.includes('Exif')).toBe(false);
  const turned = { topLeft: corners.bottomLeft, topRight: corners.topLeft, bottomLeft: corners.bottomRight, bottomRight: corners.topRight };
  expect(await lookAt(bytes)).toEqual({ width: 32, height: 64, corners: turned, fields: [] });
}

const problemOf = async (response: Response) => ({ status: response.status, ...JSON.parse(await response.text()) });

describe('A picture reaches a model with vision upright and without metadata', () => {
  test('as a data URL, in place of a description', async () => {
    const response = await generate(service, fields({ image: url() }));
    expect(generateResponse.parse(await response.json())).toMatchObject({ caption: 'One', language: 'en' });
    await expectUprightPhoto();
    expect(received().text).not.toHaveProperty('description');
  });
  test('with a description', async () => {
    await generate(service, fields({ image: url(), content_description: 'Our new bakery' }));
    expect(received().text).toMatchObject({ description: 'Our new bakery' });
    await expectUprightPhoto();
  });
  test('as an https URL, which the service downloads', async () => {
    expect((await generate(service, fields({ image: 'https://example.com/photo.jpg' }))).status).toBe(200);
    expect(downloaded).toEqual(['https://example.com/photo.jpg']);
    await expectUprightPhoto();
  });
  test('as a file of a form, whose numbers and flags are fields', async () => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields({ count: 2, stream: false, content_description: '' })))
      form.append(name, String(value));
    form.append('image', new Blob([new Uint8Array(photo)], { type: 'image/jpeg' }), 'IMG_0001.JPG');
    const headers = { Authorization: 'Bearer user-key' };
    const response = await fetch(`${service.url}/api/v4/generate`, { method: 'POST', headers, body: form });
    expect(generateResponse.parse(await response.json()).alternatives).toHaveLength(1);
    await expectUprightPhoto();
  });
  test('as a file that the typed client made a data URL of, with a stream of captions', async () => {
    const image = await pictureUrl(new Blob([new Uint8Array(photo)], { type: 'image/jpeg' }));
    expect(image).toBe(url());
    const client = createClient({ baseUrl: service.url, credential: 'user-key' });
    const events = [];
    for await (const { event } of client.events('generate', { body: fields({ image }) })) events.push(event);
    expect(events).toEqual(['start', 'caption', 'caption', 'caption', 'done']);
    await expectUprightPhoto();
  });
  test('in GraphQL', async () => {
    const query = 'mutation ($input: GenerateCaptionInput!) { generateCaption(input: $input) { caption } }';
    const input = { image: url(), style: 'casual', audience: 'general', clientId: 'graphql' };
    const headers = { Authorization: 'Bearer developer-key', 'Content-Type': 'application/json' };
    const response = await fetch(`${service.graphqlUrl}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query, variables: { input } }),
    });
    expect(await response.json()).toEqual({ data: { generateCaption: { caption: 'One' } } });
    await expectUprightPhoto();
  });
  test('in a batch', async () => {
    const { id } = await createClient({ baseUrl: service.url, credential: 'user-key' }).call('createBatch', {
      body: { items: [{ kind: 'generate', ...fields({ image: url() }) }] },
    });
    const { signal } = new AbortController();
    expect(await service.dependencies.batches.handlers.work({ batch: id, from: 0, to: 0 }, 1, signal)).toBe(true);
    await expectUprightPhoto();
  });
  test('of the Messages API', async () => {
    const messages = await startUpstream(anthropicAnswers(() => ({ content: [{ type: 'text', text: answer }] })));
    const model = { provider: 'anthropic', id: 'claude', base_url: messages.url, api_key: 'test-key' };
    const other = await startService({ TEXT_MODELS: JSON.stringify([model]) });
    expect((await generate(other, fields({ image: url() }))).status).toBe(200);
    const content = JSON.stringify(messages.requests[0]?.body.messages.at(-1)?.content);
    expect(content).toContain('{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"');
    await other.close();
    await messages.close();
  });
});

describe('A request with a picture', () => {
  test('is served from the cache if picture and fields are equal, and only then', async () => {
    const same = fields();
    const before = upstream.requests.length;
    const cachedOf = async (body: object) => generateResponse.parse(await (await generate(service, body)).json()).cached;
    expect(await cachedOf({ ...same, image: url() })).toBe(false);
    expect(await cachedOf({ ...same, image: url() })).toBe(true);
    expect(await cachedOf({ ...same, image: dataUrl(await makePicture('png'), 'image/png') })).toBe(false);
    expect(await cachedOf({ ...same, content_description: 'A dog' })).toBe(false);
    expect(upstream.requests.length).toBe(before + 3);
  });
  test('counts about 1000 tokens for the picture if the model reports none', async () => {
    const body = generateResponse.parse(await (await generate(service, fields({ image: url() }))).json());
    expect(body.usage.prompt_tokens).toBeGreaterThan(1000);
  });
  test('is retried with the same Idempotency-Key although the boundary of its form differs', async () => {
    const number = ++requests;
    const send = (bytes: Buffer) => {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields({}, number))) form.append(name, String(value));
      form.append('image', new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }), 'a.jpg');
      const headers = { Authorization: 'Bearer user-key', 'Idempotency-Key': `pictures-${number}` };
      return fetch(`${service.url}/api/v4/generate`, { method: 'POST', headers, body: form });
    };
    const first = await (await send(photo)).text();
    const second = await send(photo);
    expect(second.headers.get('Idempotency-Replayed')).toBe('true');
    expect(await second.text()).toBe(first);
    expect(await problemOf(await send(await makePicture('jpg')))).toMatchObject({ code: 'idempotency_mismatch' });
  });
  test.each([
    [
      'names a model without vision',
      { model: 'blind' },
      {
        code: 'invalid_request',
        errors: [
          { pointer: '/image', message: expect.stringContaining('blind does not support vision; models that support the request: seeing') },
        ],
      },
    ],
    [
      'has a damaged picture',
      { image: 'data:image/jpeg;base64,/9j/4AAQ' },
      { code: 'invalid_image', detail: expect.stringMatching(/^The picture is damaged: /) },
    ],
    [
      'has a picture of another format',
      { image: 'data:image/gif;base64,R0lGODlhAQABAAAAACw=' },
      { code: 'invalid_image', detail: 'The picture is in the format GIF; send JPEG, PNG or WebP.' },
    ],
    [
      'has an http URL',
      { image: 'http://example.com/a.jpg' },
      { code: 'invalid_request', errors: [{ pointer: '/image', message: 'must be a data URL or start with https://' }] },
    ],
    [
      'has neither picture nor description',
      { image: undefined },
      { code: 'invalid_request', errors: [{ pointer: '/content_description', message: 'describe the picture, or send it as image' }] },
    ],
  ])('is rejected if it %s', async (_, more, problem) => {
    expect(await problemOf(await generate(service, fields({ image: url(), ...more })))).toMatchObject({ status: 422, ...problem });
  });
  test('appears in no line of the log', () => {
    const start = url().slice(100, 160);
    expect(service.lines.filter((line) => line.includes(start) || line.includes(secretPlace))).toEqual([]);
  });
});

describe('Without a model that reads pictures, a request with a picture', () => {
  test.each([
    ['alone', {}],
    ['and a description', { content_description: 'A dog' }],
  ])('%s is rejected before anything is downloaded, and names the alternative', async (_, more) => {
    const fetched: string[] = [];
    const pictures = createPictures(async (from) => {
      fetched.push(from);
      return photo;
    });
    const offline = await startService({}, { pictures });
    const response = await generate(offline, fields({ image: 'https://example.com/photo.jpg', ...more }));
    expect(await problemOf(response)).toMatchObject({
      status: 422,
      code: 'no_vision_model',
      detail: 'Describe the picture in content_description and omit image, or connect a model with the capability vision.',
      errors: [{ pointer: '/image', message: 'no connected text model reads pictures' }],
    });
    expect(fetched).toEqual([]);
    await offline.close();
  });
});

describe('A form', () => {
  const type = 'multipart/form-data; boundary=B';
  const send = async (body: string, contentType = type) =>
    problemOf(
      await generate(service, body, 'user-key', {
        headers: { Authorization: 'Bearer user-key', 'Content-Type': contentType },
      }),
    );
  const part = (name: string, value: string, more = '') =>
    `--B\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
  const end = '--B--\r\n';
  test.each([
    ['without a boundary', part('style', 'casual') + end, 'multipart/form-data; charset=utf-8', 'The Content-Type has no boundary.'],
    [
      'that is cut off',
      part('style', 'casual'),
      type,
      'The form is incomplete, or its parts are not separated by the boundary in Content-Type.',
    ],
    ['with a field twice', part('style', 'casual') + part('style', 'minimal') + end, type, 'The form has the field "style" twice.'],
    ['with a file in another field', part('style', 'x', '; filename="a.jpg"') + end, type, 'Only the field image takes a file.'],
    ['with too many parts', part('a', '').repeat(100) + end, type, 'The form has more than 64 parts.'],
    ['with long headers', `--B\r\n${'A: b\r\n'.repeat(3000)}${end}`, type, 'The headers of a part are too long.'],
  ])('%s is rejected', async (_, body, contentType, detail) => {
    expect(await send(body, contentType)).toMatchObject({ status: 400, code: 'malformed_form', detail });
  });
  test('with a field that is no number names the field', async () => {
    const body = [...Object.entries(fields({ count: 'many', content_description: 'A dog' }))]
      .map(([name, value]) => part(name, value))
      .join('');
    expect(await send(body + end)).toMatchObject({ status: 422, code: 'invalid_request', errors: [{ pointer: '/count' }] });
  });
  test('is rejected by endpoints that take JSON only', async () => {
    const headers = { Authorization: 'Bearer user-key', 'Content-Type': type };
    const response = await fetch(`${service.url}/api/v1/batch`, { method: 'POST', headers, body: end });
    expect(await problemOf(response)).toMatchObject({ status: 415, code: 'unsupported_media_type' });
  });
});
