import type { Readable } from 'node:stream';
import type { TableSummary } from './manifest.ts';

/** The content of a database at one time. */
export interface Dump {
  readonly content: Readable;
  /** Rows and checksums of the same snapshot; read `content` meanwhile. */
  readonly tables: Promise<readonly TableSummary[]>;
  readonly snapshotAt: Date;
  /** Rejects if the dump failed; `content` may end without an error then. */
  readonly done: Promise<void>;
}

/** A database that can be saved, and replaced by one with another content. */
export interface DatabaseTarget {
  /** Name of its part in a set. */
  readonly part: string;
  readonly name: string;
  /** What makes and reads the dump, with its version. */
  version(): Promise<string>;
  dump(): Promise<Dump>;
  /** Restores a dump into a new database next to this one. @returns its tables */
  load(name: string, content: Readable): Promise<readonly TableSummary[]>;
  /** A database that does not exist is no error. */
  drop(name: string): Promise<void>;
  /** Names of all databases of the server. */
  list(): Promise<readonly string[]>;
  /** Renames this database to `former`, if there is one, and `next` to its name. @returns whether there was one */
  swap(next: string, former: string): Promise<boolean>;
  /** Stores that the set is complete, for the metric. */
  record(id: string, bytes: number): Promise<void>;
}
