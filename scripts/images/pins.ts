import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A reference to an image in a source file. */
export interface ImagePin {
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
  readonly reference: string;
}

/** The files with pins; other files import or are generated from them. */
const sources = [
  { file: 'manifests/components/third-party-images.ts', pattern: /^ {2}(?<name>\w+):\s+'(?<reference>[^']+)',$/gm },
  { file: 'Dockerfile', pattern: /^FROM (?<reference>[^\s/]+\/\S+) AS (?<name>\S+)$/gm },
] as const;

/** @param root folder of the repository */
export async function readPins(root: string): Promise<ImagePin[]> {
  const pins = await Promise.all(
    sources.map(async ({ file, pattern }) => {
      const text = await readFile(join(root, file), 'utf8');
      return [...text.matchAll(pattern)].map(({ groups }) => ({ name: groups?.name ?? '', file, reference: groups?.reference ?? '' }));
    }),
  );
  return pins.flat();
}

/** A pin with the reference that replaces it. */
export interface PinUpdate extends ImagePin {
  readonly next: string;
}

/** Replaces pins in their files. @returns the changed files */
export async function writePins(root: string, updates: readonly PinUpdate[]): Promise<string[]> {
  const files = [...new Set(updates.map(({ file }) => file))];
  for (const file of files) {
    const path = join(root, file);
    const text = updates
      .filter((update) => update.file === file)
      // The quote or space after a reference: `redis:8.4.0` must not match in `redis:8.4.0-alpine`.
      .reduce(
        (before, { reference, next }) => before.replaceAll(new RegExp(`${RegExp.escape(reference)}(?=['\\s])`, 'g'), next),
        await readFile(path, 'utf8'),
      );
    await writeFile(path, text);
  }
  return files;
}
