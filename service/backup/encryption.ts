import { Readable } from 'node:stream';
import { Decrypter, Encrypter } from 'age-encryption';
import { BackupError, messageOf } from './backup-error.ts';

/** Each chunk is read when it is pulled, so that no more than one is in memory. Chunks are copies: age rejects a Buffer. */
function toWeb(content: Readable): ReadableStream<Uint8Array> {
  const chunks = content[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
    cancel: () => void content.destroy(),
  });
}

/** @param recipient of age, or `none` */
export async function encrypt(content: Readable, recipient: string): Promise<Readable> {
  if (recipient === 'none') return content;
  const encrypter = new Encrypter();
  try {
    encrypter.addRecipient(recipient);
  } catch (error) {
    throw new BackupError(
      `BACKUP_RECIPIENT is no recipient of age: ${messageOf(error)}`,
      'set it to the public key that age-keygen printed, age1…',
    );
  }
  return Readable.from(await encrypter.encrypt(toWeb(content)), { objectMode: false });
}

/** @throws {BackupError} before the first byte if the identity is not one to which the content is encrypted */
export async function decrypt(content: Readable, identity: string): Promise<Readable> {
  const decrypter = new Decrypter();
  try {
    for (const line of identity.split('\n').map((text) => text.trim())) {
      if (line !== '' && !line.startsWith('#')) decrypter.addIdentity(line);
    }
  } catch {
    throw new BackupError('the identity is no private key of age', 'give the file that age-keygen wrote: it has a line AGE-SECRET-KEY-1…');
  }
  try {
    return Readable.from(await decrypter.decrypt(toWeb(content)), { objectMode: false });
  } catch (error) {
    content.destroy();
    const isOtherKey = messageOf(error).includes('no identity matched');
    throw new BackupError(
      isOtherKey ? 'the set is encrypted to another key' : `the encrypted part is damaged: ${messageOf(error)}`,
      isOtherKey ? 'give the identity of the recipient that the manifest names' : 'restore another set',
      { cause: error },
    );
  }
}
