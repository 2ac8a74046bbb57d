import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** Noto Sans (SIL Open Font License 1.1): Latin, Greek, Cyrillic and Devanagari letters. */
const files = { regular: '400Regular/NotoSans_400Regular.ttf', bold: '700Bold/NotoSans_700Bold.ttf' } as const;
export type Fonts = Readonly<Record<keyof typeof files, Buffer>>;
export const fontFamily = 'Noto Sans';

let loading: Promise<Fonts> | undefined;

/** The fonts of pictures and reports, read once. */
export function loadFonts(): Promise<Fonts> {
  const { resolve } = createRequire(import.meta.url);
  const read = (file: string) => readFile(resolve(`@expo-google-fonts/noto-sans/${file}`));
  loading ??= Promise.all([read(files.regular), read(files.bold)]).then(([regular, bold]) => ({ regular, bold }));
  return loading;
}
