import { fetchReasons } from '../../../contract/news.ts';
import type { Actor } from '../../accounts/actor.ts';
import { writeAudit } from '../../accounts/audit.ts';
import { Problem } from '../../http/problem.ts';
import type { Fetching } from '../fetching/fetching.ts';
import type { SourcesOptions } from './manage-sources.ts';
import type { SourceFetch } from './schema.ts';
import { objectOf, requireSource, toFetch } from './source-rows.ts';

export interface RequestOptions extends SourcesOptions {
  readonly fetching: Pick<Fetching, 'open' | 'enqueue' | 'wake'>;
}

/** Queues a fetch of a source; one that is unfinished is returned. */
export function createRequestFetch({ db, hasContact, fetching }: RequestOptions) {
  return async (actor: Actor, id: string): Promise<SourceFetch> => {
    if (!hasContact) throw new Problem('conflict', { detail: fetchReasons.no_contact });
    await fetching.open();
    const queued = await db.transaction().execute(async (on) => {
      const row = await requireSource(on, id, true);
      if (!row.is_active) throw new Problem('conflict', { detail: 'The source is inactive: set is_active to true first.' });
      const { fetch, isNew } = await fetching.enqueue(on, id, 'request', actor.caller.id);
      const details = { fetch_id: fetch.id };
      if (isNew) await writeAudit(on, { ...actor, action: 'source.fetch_requested', object: objectOf(row), details });
      return toFetch(fetch);
    });
    fetching.wake();
    return queued;
  };
}
