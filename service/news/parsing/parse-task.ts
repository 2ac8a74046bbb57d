import { type ArticlePageInput, parseArticlePage } from './article-page.ts';
import { type Entry, type ParsedDocument, ParseError, type ParseErrorCode } from './document.ts';
import { type ParseInput, parseDocument } from './parse-document.ts';

export type ParseTask = { readonly document: ParseInput } | { readonly page: ArticlePageInput };

/** A message of the thread: a thrown error would end it. */
export type ParseAnswer =
  | { readonly document: ParsedDocument }
  | { readonly page: Entry }
  | { readonly error: ParseErrorCode; readonly message: string };

const parse = (task: ParseTask): ParseAnswer =>
  'document' in task ? { document: parseDocument(task.document) } : { page: parseArticlePage(task.page) };

export function answerTask(task: ParseTask): ParseAnswer {
  try {
    return parse(task);
  } catch (error) {
    if (error instanceof ParseError) return { error: error.code, message: error.message };
    throw error;
  }
}
