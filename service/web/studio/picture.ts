import { maxPictureBytes } from '../../../contract/body-limits.ts';

/** Formats that `POST /api/v4/generate` accepts. */
export const pictureTypes = ['image/jpeg', 'image/png', 'image/webp'] as const;

/** A picture that the visitor chose. */
export interface Picture {
  readonly name: string;
  /** data: URL, which the content security policy permits; blob: URLs are forbidden. */
  readonly url: string;
}

/** The first file that a drop or a paste contains. */
export const fileOf = (transfer: DataTransfer | null): File | undefined => transfer?.files[0];

/** @returns why the file is no picture that the service accepts; undefined if it is one */
export function pictureProblem({ type, size }: File): 'type' | 'size' | undefined {
  if (!pictureTypes.some((accepted) => accepted === type)) return 'type';
  return size > maxPictureBytes ? 'size' : undefined;
}

/** Reads a file into a data: URL. */
export function readPicture(file: File): Promise<Picture> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve({ name: file.name, url: String(reader.result) });
    reader.onerror = () => reject(reader.error ?? new Error('the file cannot be read'));
    reader.readAsDataURL(file);
  });
}
