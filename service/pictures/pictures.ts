import { hash } from 'node:crypto';
import { parseDataUrl } from './data-url.ts';
import { createDownload, type Download } from './download.ts';
import { checkFormat } from './formats.ts';
import { uprightJpeg } from './upright.ts';

/** A picture as its sender encoded it. */
export interface Picture {
  readonly bytes: Uint8Array;
  /** Of the bytes: equal pictures have equal hashes. */
  readonly hash: string;
}

export interface Pictures {
  /** The picture of a data URL, or downloads that of an https URL. @throws {Problem}; the signal's reason */
  read(url: string, signal: AbortSignal): Promise<Picture>;
  /** The data URL that models get. @throws {Problem}; the signal's reason */
  toModelUrl(picture: Picture, signal: AbortSignal): Promise<string>;
}

export const createPictures = (download: Download = createDownload()): Pictures => ({
  async read(url, signal) {
    const isData = /^data:/i.test(url);
    const { type, bytes } = isData ? parseDataUrl(url) : { type: undefined, bytes: await download(url, signal) };
    checkFormat(bytes, type);
    return { bytes, hash: hash('sha256', bytes) };
  },
  async toModelUrl({ bytes }, signal) {
    const jpeg = await uprightJpeg(bytes, signal);
    return `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}`;
  },
});
