import { describe, expect, test } from '@jest/globals';
import { maxPictureBytes } from '../../contract/body-limits.ts';
import { dataUrl, makePicture } from '../testing/pictures.ts';
import { createPictures } from './pictures.ts';

const signal = new AbortController().signal;
const pictures = createPictures(() => Promise.reject(new Error('a data URL needs no download')));
const read = (url: string) => pictures.read(url, signal);
const text = (start: string) => dataUrl(Buffer.from(start.padEnd(64, ' '), 'latin1'), 'image/png');

describe('A data URL', () => {
  test.each([
    ['jpg', 'image/jpeg'],
    ['jpg', 'image/jpg'],
    ['png', 'image/png'],
    ['webp', 'image/webp'],
    ['webp', 'IMAGE/WEBP'],
    ['png', ''],
    ['png', 'application/octet-stream'],
  ] as const)('with a %s of the type %j is read', async (format, type) => {
    const bytes = await makePicture(format);
    const picture = await read(dataUrl(bytes, type));
    expect(Buffer.from(picture.bytes).equals(bytes)).toBe(true);
    expect((await read(dataUrl(bytes, ''))).hash).toBe(picture.hash);
  });

  test.each([
    ['a GIF', text('GIF89a'), 'The picture is in the format GIF; send JPEG, PNG or WebP.'],
    ['a HEIC', text('\0\0\0\x18ftypheic'), 'The picture is in the format HEIC; send JPEG, PNG or WebP.'],
    ['an AVIF', text('\0\0\0\x18ftypavif'), 'The picture is in the format AVIF; send JPEG, PNG or WebP.'],
    ['an SVG', text('<svg xmlns="http://www.w3.org/2000/svg">'), 'The picture is in the format SVG or XML; send JPEG, PNG or WebP.'],
    ['a page', text('<!DOCTYPE html>'), 'The picture is in the format HTML; send JPEG, PNG or WebP.'],
    ['a TIFF', text('II*\0'), 'The picture is in the format TIFF; send JPEG, PNG or WebP.'],
    ['unknown bytes', text('hello'), 'The picture has an unknown format; send JPEG, PNG or WebP.'],
    ['no bytes', 'data:image/png;base64,', 'The picture is empty.'],
    ['a wrong type', dataUrl(Buffer.from('GIF89a'), 'image/gif'), 'The picture is in the format GIF; send JPEG, PNG or WebP.'],
    ['characters that are not base64', 'data:image/png;base64,ab?=', 'The data of the data URL is not base64.'],
    ['text in place of base64', 'data:image/png,abc', 'The data URL must start with data:image/jpeg;base64, or the type of the picture.'],
    [
      'more than 10 MiB',
      `data:image/png;base64,${'A'.repeat(Math.ceil(maxPictureBytes / 3) * 4 + 4)}`,
      `The picture has more than ${maxPictureBytes} bytes (10 MiB).`,
    ],
  ])('with %s is rejected', async (_, url, detail) => {
    await expect(read(url)).rejects.toMatchObject({ code: 'invalid_image', detail, errors: [{ pointer: '/image', message: detail }] });
  });

  test('whose declared type is not that of its bytes is rejected', async () => {
    const url = dataUrl(await makePicture('png'), 'image/jpeg');
    const detail = 'The picture is in the format PNG, but its declared type is "image/jpeg".';
    await expect(read(url)).rejects.toMatchObject({ code: 'invalid_image', detail });
  });
});
