import { type ExportKind, exportKinds } from '../../contract/news-exports.ts';

/** The key of an attempt's file: an attempt whose process hangs cannot write into the file of the next one. */
export const keyOf = (id: string, attempt: number, kind: ExportKind): string => `${id}-${attempt}.${kind}`;

const keyForm = new RegExp(`^[\\da-f]{8}(?:-[\\da-f]{4}){3}-[\\da-f]{12}-\\d+\\.(?:${exportKinds.join('|')})$`);

/** Whether a file is one of an export. The service lists no other file, and so deletes none. */
export const isKey = (name: string): boolean => keyForm.test(name);
