import { createPasswordHasher } from '../accounts/password-hasher.ts';

/** The password hasher with minimal cost, for tests that do not measure it. */
export const cheapPasswords = createPasswordHasher({ memory: 8, passes: 1, parallelism: 1 });
