import * as z from 'zod';
import type { SourceKind } from '../../../contract/news.ts';
import { Problem } from '../../http/problem.ts';
import { invalidBody } from '../../http/route.ts';
import { selectorsSchema } from '../parsing/selectors.ts';
import { selectorsRule } from './schema.ts';
import { requirePublicHost } from './source-url.ts';

interface Target {
  readonly url: string;
  readonly kind: SourceKind;
  readonly selectors: object | null;
}

const withSelectors = z.looseObject({ selectors: selectorsSchema.nullable() });

/**
 * Checks what its schema cannot: the host, and the selectors of a page.
 * @throws {Problem} invalid_request
 */
export function requireReadable(target: Target): void {
  requirePublicHost(target.url);
  if ((target.kind === 'page') !== (target.selectors !== null))
    throw new Problem('invalid_request', { errors: [{ pointer: '/selectors', message: selectorsRule }] });
  const { error } = withSelectors.safeParse(target);
  if (error !== undefined) throw invalidBody(error);
}
