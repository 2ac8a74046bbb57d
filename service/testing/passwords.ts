import { createPasswordHasher } from '../accounts/password-hasher.ts';

/** The same as in earnest at the least cost, where a test is not about what passwords cost. */
export const cheapPasswords = createPasswordHasher({ memory: 8, passes: 1, parallelism: 1 });
