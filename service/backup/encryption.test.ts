import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { decrypt, encrypt } from './encryption.ts';

const collect = async (content: Readable) => Buffer.concat(await Array.fromAsync(content));
const streamOf = (...texts: string[]) => Readable.from(texts.map((text) => Buffer.from(text)));

test('What is encrypted to a recipient is read with its identity, with comments as age-keygen writes them', async () => {
  const identity = await generateIdentity();
  const encrypted = await collect(await encrypt(streamOf('rows ', 'of a table'), await identityToRecipient(identity)));
  expect(encrypted.toString('latin1')).toMatch(/^age-encryption\.org\/v1\n/);
  expect(encrypted.includes('rows')).toBe(false);
  const read = await decrypt(Readable.from([encrypted]), `# created: 2026-01-01T00:00:00Z\n# public key: …\n${identity}\n`);
  expect((await collect(read)).toString()).toBe('rows of a table');
});

test('A recipient that is none of age is rejected before the first byte', async () => {
  await expect(encrypt(streamOf('x'), 'age1nonsense')).rejects.toThrow('BACKUP_RECIPIENT is no recipient of age');
});

test('A stream that is encrypted and decrypted stays within a bounded memory, at the speed of its reader', async () => {
  const identity = await generateIdentity();
  const chunk = Buffer.alloc(64 * 1024, 'x');
  const chunks = 1024;
  let produced = 0;
  let most = 0;
  let read = 0;
  async function* source() {
    for (; produced < chunks; produced += 1) yield chunk;
  }
  const encrypted = await encrypt(Readable.from(source(), { objectMode: false }), await identityToRecipient(identity));
  for await (const part of await decrypt(encrypted, identity)) {
    read += part.length;
    most = Math.max(most, produced * chunk.length - read);
  }
  expect(read).toBe(chunks * chunk.length);
  // Of 64 MiB, what is on the way between both ends.
  expect(most).toBeLessThan(4 * 1024 * 1024);
});
