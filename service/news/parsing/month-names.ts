const languages = ['en', 'es', 'pt', 'fr', 'de', 'it', 'ca', 'gl', 'nl'];

/** Lower case without accents and full stops. */
export const plainLetters = (text: string) =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\p{M}.]/gu, '');

function* namesIn(language: string): Generator<readonly [name: string, month: number]> {
  for (let month = 0; month < 12; month += 1) {
    for (const style of ['long', 'short'] as const) {
      const formatted = new Intl.DateTimeFormat(language, { month: style, timeZone: 'UTC' }).format(Date.UTC(2000, month));
      // Catalan has the preposition too: `de juny`.
      const name = plainLetters(formatted).split(/[ ’']/).at(-1) ?? '';
      yield [name, month];
      yield [name.slice(0, 3), month];
      yield [name.slice(0, 4), month];
    }
  }
}

let months: ReadonlyMap<string, number> | undefined;

/** Spelled so in Peru, Paraguay and Uruguay. */
const variants = [['setiembre', 8]] as const;

/** Names, and their first letters, that mean one month in all languages. */
function read(): ReadonlyMap<string, number> {
  const byName = Map.groupBy([...languages.flatMap((language) => [...namesIn(language)]), ...variants], ([name]) => name);
  return new Map([...byName.values()].flatMap((same) => (new Set(same.map(([, month]) => month)).size === 1 ? same.slice(0, 1) : [])));
}

/** January is 0. @param word as `plainLetters` returns it */
export function monthOf(word: string): number | undefined {
  months ??= read();
  return months.get(word);
}
