import { crc32 } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Problem } from '../http/problem.ts';
import {
  corners,
  lookAt,
  makeAnimation,
  makePicture,
  secretPlace,
  withJpegMetadata,
  withPngMetadata,
  withWebpMetadata,
} from '../testing/pictures.ts';
import { uprightJpeg } from './upright.ts';

const signal = new AbortController().signal;
const upright = (bytes: Uint8Array) => uprightJpeg(bytes, signal);
const orientations = [1, 2, 3, 4, 5, 6, 7, 8];

/** The corners of the upright picture for each orientation of Exif: which corner of the stored picture each one shows. */
const { topLeft, topRight, bottomLeft, bottomRight } = corners;
const turned: Readonly<Record<number, readonly string[]>> = {
  1: [topLeft, topRight, bottomLeft, bottomRight],
  2: [topRight, topLeft, bottomRight, bottomLeft],
  3: [bottomRight, bottomLeft, topRight, topLeft],
  4: [bottomLeft, bottomRight, topLeft, topRight],
  5: [topLeft, bottomLeft, topRight, bottomRight],
  6: [bottomLeft, topLeft, bottomRight, topRight],
  7: [bottomRight, topRight, bottomLeft, topLeft],
  8: [topRight, bottomRight, topLeft, bottomLeft],
};

async function expectUpright(bytes: Buffer, orientation: number): Promise<void> {
  expect(bytes.includes(secretPlace)).toBe(true);
  const jpeg = await upright(bytes);
  expect(Buffer.from(jpeg).includes(secretPlace)).toBe(false);
  expect(Buffer.from(jpeg).includes('Exif')).toBe(false);
  const seen = await lookAt(jpeg);
  expect(seen.fields).toEqual([]);
  expect([seen.width, seen.height]).toEqual(orientation < 5 ? [64, 32] : [32, 64]);
  expect(Object.values(seen.corners)).toEqual(turned[orientation]);
}

describe('A picture becomes an upright JPEG without metadata', () => {
  test.each(orientations)('from a JPEG with Exif, XMP, a comment, trailing data and the orientation %i', async (orientation) =>
    expectUpright(withJpegMetadata(await makePicture('jpg'), orientation), orientation),
  );
  test.each(orientations)('from a PNG with the chunks tEXt and eXIf and the orientation %i', async (orientation) =>
    expectUpright(withPngMetadata(await makePicture('png'), orientation), orientation),
  );
  test.each(orientations)('from a lossy WebP with the chunk EXIF and the orientation %i', async (orientation) =>
    expectUpright(withWebpMetadata(await makePicture('webp'), orientation), orientation),
  );
  test('from a lossless WebP', async () => {
    const webp = await makePicture('webp', { encoder: { lossless: true } });
    await expectUpright(withWebpMetadata(webp, 6), 6);
  });
  test('from the first picture of an animation', async () => {
    expect(await lookAt(await upright(await makeAnimation()))).toMatchObject({ width: 16, height: 16 });
  });
  test.each([
    ['a progressive JPEG', 'jpg', { interlace: true }],
    ['an interlaced PNG', 'png', { interlace: true }],
    ['a PNG with a palette', 'png', { palette: true }],
  ] as const)('from %s', async (_, format, encoder) => {
    expect((await lookAt(await upright(await makePicture(format, { encoder })))).corners).toEqual(corners);
  });
  test('of at most 2048 pixels a side', async () => {
    const large = await makePicture('jpg', { width: 2200, height: 1100 });
    expect(await lookAt(await upright(large))).toMatchObject({ width: 2048, height: 1024, corners });
  });
});

/** A PNG whose header declares a size, and whether it is interlaced and of 16 bits. */
async function pngOfSize(width: number, height: number, interlaced = false): Promise<Buffer> {
  const png = Buffer.from(await makePicture('png'));
  png.writeUInt32BE(width, 16);
  png.writeUInt32BE(height, 20);
  if (interlaced) [png[24], png[28]] = [16, 1];
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
  return png;
}

const detailOf = async (bytes: Uint8Array) => {
  const error = await upright(bytes).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof Problem ? `${error.code}: ${error.detail}` : error;
};

describe('A picture is rejected', () => {
  test('if its header declares more than 50 megapixels, before it is decoded', async () => {
    expect(await detailOf(await pngOfSize(60_000, 60_000))).toBe(
      'invalid_image: The picture has 60000 × 60000 pixels, more than 50 megapixels.',
    );
  });
  test('if it would have to be held in memory as a whole and is too large for that', async () => {
    expect(await detailOf(await pngOfSize(7000, 7000, true))).toMatch(/7000 × 7000 pixels, too many for a WebP or an interlaced picture/);
  });
  test.each(['jpg', 'png', 'webp'] as const)('if it is a truncated %s', async (format) => {
    const whole = await makePicture(format, { width: 400, height: 400 });
    expect(await detailOf(whole.subarray(0, Math.floor(whole.length / 2)))).toMatch(/^invalid_image: The picture is damaged: \w/);
  });
  test.each(['jpg', 'png', 'webp'] as const)('with a problem and no other error if some bytes of a %s are wrong', async (format) => {
    const whole = await makePicture(format);
    const change = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) });
    const changes = fc.array(change, { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(whole.length), async (changed, length) => {
        const bytes = Buffer.from(whole);
        for (const { at, byte } of changed) bytes[at] = byte;
        const outcome = await detailOf(bytes.subarray(0, Math.max(length, whole.length / 2)));
        expect(outcome === undefined || (typeof outcome === 'string' && outcome.startsWith('invalid_image'))).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
  test('with the reason of the signal if the caller leaves', async () => {
    const gone = new Error('gone');
    await expect(uprightJpeg(await makePicture('jpg'), AbortSignal.abort(gone))).rejects.toBe(gone);
  });
});
