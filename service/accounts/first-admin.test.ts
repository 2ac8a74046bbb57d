import { describe, expect, test } from '@jest/globals';
import { testDatabase as db } from '../testing/database.ts';
import { createFirstAdmin, type FirstAdmin } from './first-admin.ts';

describe('The first administrator', () => {
  const names = () => db.selectFrom('users').select('username').execute();

  test('is not made if password and key could not be shown', async () => {
    const show = () => Promise.reject(new Error('standard output is gone'));
    await expect(createFirstAdmin(db, undefined, show)).rejects.toThrow('standard output is gone');
    expect(await names()).toEqual([]);
  });

  test('is shown before it is made, and once', async () => {
    const shown: FirstAdmin[] = [];
    const show = async (admin: FirstAdmin) => void shown.push(admin);
    const admin = await createFirstAdmin(db, undefined, show);
    expect(shown).toEqual([admin]);
    expect(await names()).toEqual([{ username: 'admin' }]);
    expect(await createFirstAdmin(db, undefined, show)).toBeUndefined();
    expect(shown).toHaveLength(1);
  });
});
