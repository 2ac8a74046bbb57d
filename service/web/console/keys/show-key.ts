import { createContext } from 'react';
import type { Result } from '../../../client/types.ts';

export type ShownKey = Result<'createKey'>;

/**
 * Shows a new key, the only time that it is readable. The dialog is outside of the sections and their session: rotating the key of the
 * session may end it.
 */
export const ShowKey = createContext<(key: ShownKey | undefined) => void>(() => {});
