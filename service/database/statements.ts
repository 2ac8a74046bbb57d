import type { CompiledQuery } from 'kysely';

/** `queue`: any statement of the library of the job queues. */
export type StatementKind = 'select' | 'insert' | 'update' | 'delete' | 'other' | 'queue';
/** @param seconds without the wait for a connection; with it for `queue` */
export type OnStatement = (kind: StatementKind, seconds: number) => void;

const kinds: Readonly<Record<string, StatementKind>> = {
  SelectQueryNode: 'select',
  InsertQueryNode: 'insert',
  UpdateQueryNode: 'update',
  DeleteQueryNode: 'delete',
};

/** The kind of a statement; `other`: of the transaction, of the schema, or written as SQL text. */
export const kindOf = ({ query }: CompiledQuery): StatementKind => kinds[query.kind] ?? 'other';
