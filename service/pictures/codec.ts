import Vips from 'wasm-vips';

/** Longest side, in pixels, of the picture that models get: they scale larger ones down themselves, to about as much. */
const longestSide = 2048;
const maxPixels = 50_000_000;
/** A WebP and the passes of an interlaced or progressive picture are held as a whole; others are decoded line by line. */
const maxHeldBytes = 150_000_000;
/** Measured: of a WebP, both what is decoded and the tables of its compression. */
const webpPixelBytes = 12;

/** A picture as a JPEG, or why there is none. */
export type Upright = { readonly jpeg: Uint8Array } | { readonly reason: string };

const loaders = ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'] as const;

const ignore = () => {};

async function loadVips() {
  // Its warnings quote nothing, but are one line per damaged row.
  const vips = await Vips({
    dynamicLibraries: [],
    print: ignore,
    printErr: ignore,
    preRun: (module) => Object.assign(module.ENV, { VIPS_WARNING: '0' }),
  });
  vips.operationBlock('VipsForeignLoad', true);
  for (const loader of loaders) vips.operationBlock(loader, false);
  vips.concurrency(1);
  vips.Cache.max(0);
  return vips;
}
type VipsModule = Awaited<ReturnType<typeof loadVips>>;
type Image = InstanceType<VipsModule['Image']>;

const flag = (image: Image, name: string) => image.getTypeof(name) !== 0 && image.getInt(name) !== 0;

/** Bytes that the decoder holds at once. */
function heldBytes(image: Image): number {
  const loader = image.getString('vips-loader');
  const isWebp = loader.startsWith('webp');
  if (!isWebp && !flag(image, 'interlaced')) return 0;
  // Coefficients of a progressive JPEG, and samples of a PNG, have up to 2 bytes.
  const sampleBytes = loader.startsWith('jpeg') || image.format !== 'uchar' ? 2 : 1;
  return image.width * image.height * (isWebp ? webpPixelBytes : image.bands * sampleBytes);
}

/** Why a picture is not decoded, from its header alone. */
function excess(vips: VipsModule, bytes: Uint8Array): string | undefined {
  using image = vips.Image.newFromBuffer(bytes, '', { access: 'sequential' });
  const { width, height } = image;
  if (width * height > maxPixels) return `The picture has ${width} × ${height} pixels, more than 50 megapixels.`;
  if (heldBytes(image) <= maxHeldBytes) return undefined;
  return `The picture has ${width} × ${height} pixels, too many for a WebP or an interlaced picture: scale it down.`;
}

/**
 * Encodes the pixels again, upright and in sRGB: nothing else of the file remains. Of an animation, the first picture. What is
 * transparent becomes white.
 */
function encode(vips: VipsModule, bytes: Uint8Array): Uint8Array {
  // As an option of thumbnailBuffer itself, fail_on has no effect.
  const options = { height: longestSide, size: 'down', output_profile: 'srgb', option_string: '[fail_on=warning]' } as const;
  using image = vips.Image.thumbnailBuffer(bytes, longestSide, options);
  if (!image.hasAlpha()) return image.jpegsaveBuffer({ Q: 85, keep: 0 });
  using opaque = image.flatten({ background: [255, 255, 255] });
  return opaque.jpegsaveBuffer({ Q: 85, keep: 0 });
}

const messageOf = (error: unknown): unknown => (typeof error === 'object' && error !== null && 'message' in error ? error.message : error);

/** The last line that libvips wrote, without the name of its function. Its errors have a type and a text as message. */
function reasonOf(error: unknown): string {
  const line = [messageOf(error)].flat().join('\n').trim().split('\n').at(-1) ?? '';
  return line.replace(/^(?:\w{1,40}: ){1,3}/, '').slice(0, 200);
}

let loaded: Promise<VipsModule> | undefined;

/** Decodes a JPEG, PNG or WebP, turns and scales it. */
export async function toUprightJpeg(bytes: Uint8Array): Promise<Upright> {
  loaded ??= loadVips();
  const vips = await loaded;
  try {
    const reason = excess(vips, bytes);
    return reason === undefined ? { jpeg: encode(vips, bytes) } : { reason };
  } catch (error) {
    return { reason: `The picture is damaged: ${reasonOf(error)}.` };
  }
}
