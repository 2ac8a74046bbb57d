import { useSyncExternalStore } from 'react';

function subscribe(onChange: () => void): () => void {
  addEventListener('hashchange', onChange);
  return () => removeEventListener('hashchange', onChange);
}

/** The address after `#/`. */
const useHash = (): string => useSyncExternalStore(subscribe, () => location.hash).replace(/^#\/?/, '');

/** The segments of the address after `#/`: `#/console/keys?a=b` is `['console', 'keys']`. */
export const useHashPath = (): readonly string[] => (useHash().split('?')[0] ?? '').split('/');

/** What follows the `?` of the address after `#/`: `#/news?topic=screening` is `topic=screening`. */
export const useHashQuery = (): string => useHash().split('?').slice(1).join('?');
