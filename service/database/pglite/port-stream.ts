import { Duplex } from 'node:stream';
import type { MessagePort } from 'node:worker_threads';

/** The part of a socket that `pg` uses, over a message port. */
export class PortStream extends Duplex {
  readonly #open: () => Promise<MessagePort>;
  #port: MessagePort | undefined;

  /** @param open called to connect */
  constructor(open: () => Promise<MessagePort>) {
    super();
    this.#open = open;
  }

  connect(): this {
    this.#open().then(
      (port) => {
        this.#port = port;
        port.on('message', (bytes: Uint8Array) => this.push(bytes));
        port.on('close', () => this.push(null));
        if (this.destroyed) port.close();
        else this.emit('connect');
      },
      (error) => this.destroy(error),
    );
    return this;
  }

  override _read(): void {}
  /** `pg` writes the messages of a statement together: they are one message of the port. */
  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: () => void): void {
    // A copy: Buffer.concat may return a part of a larger buffer, which would be sent as a whole.
    this.#port?.postMessage(new Uint8Array(Buffer.concat(chunks.map(({ chunk }) => chunk))));
    done();
  }
  override _final(done: () => void): void {
    this.#port?.close();
    done();
  }
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#port?.close();
    done(error);
  }

  setNoDelay(): void {}
  setKeepAlive(): void {}
  ref(): void {}
  unref(): void {}
}
