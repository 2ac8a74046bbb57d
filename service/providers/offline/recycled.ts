/**
 * Replaces an object that keeps part of every text it reads after a number of characters, so that its memory stays bounded.
 * @returns a function that returns the object for this text
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
