/**
 * Something that keeps part of every text it reads, for ever: after so many characters a new one takes its place, so that
 * memory stays bounded whatever the texts are.
 * @returns gives the one to read this text with
 */
export function recycled<T>(make: () => T, mostCharacters: number): (text: string) => T {
  let current = make();
  let read = 0;
  return (text) => {
    if (read > mostCharacters) {
      current = make();
      read = 0;
    }
    read += text.length;
    return current;
  };
}
