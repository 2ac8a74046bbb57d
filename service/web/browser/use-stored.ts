import { useCallback, useState } from 'react';

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    // A browser may forbid storage.
    return null;
  }
}

/** Stores a text in this browser; nothing if the browser forbids storage or it is full. */
export function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // The value lasts as long as the page.
  }
}

/** State that stays in this browser. Never for credentials: scripts can read it. */
export function useStored(key: string, initial: string): readonly [string, (value: string) => void] {
  const [value, setValue] = useState(() => read(key) ?? initial);
  const set = useCallback(
    (next: string) => {
      setValue(next);
      store(key, next);
    },
    [key],
  );
  return [value, set];
}
