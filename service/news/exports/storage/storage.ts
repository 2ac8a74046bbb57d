/** A file of the storage. */
export interface StoredFile {
  readonly bytes: number;
  /** Opens the file with the first read. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** Where the files of exports are. Keys are names without folders. */
export interface Storage {
  /**
   * Writes a file, which exists once all of it is stored. An abort or an error leaves nothing that can be read.
   * @returns its size in bytes
   */
  write(key: string, content: AsyncIterable<Uint8Array | string>, signal: AbortSignal): Promise<number>;
  /** Undefined if there is no such file. */
  read(key: string): Promise<StoredFile | undefined>;
  /** A file that does not exist is no error. */
  delete(key: string): Promise<void>;
  /** Files of exports last written before a time. */
  list(before: Date): AsyncIterable<string>;
  /** Frees the space of uploads that started before a time and did not end, as those of a process that crashed. */
  abortUploads(before: Date): Promise<void>;
}
