import type { Kysely } from 'kysely';
import { logLevelFor } from '../../database/outage-log.ts';
import type { Worker } from '../../database/queue-worker.ts';
import type { Tables } from '../../database/tables.ts';
import { toProblem } from '../../http/to-problem.ts';
import type { Models } from '../../models/models.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { Budgets } from '../../usage/budgets.ts';
import { createLedger, writeLedgers } from '../../usage/ledger.ts';
import { createPause } from './pause.ts';
import { canRefine, refine } from './refine.ts';
import { type LeasedArticle, leaseArticles, releaseArticle, writeFailure, writeRefinement } from './refinement-rows.ts';
import type { Subject } from './subject.ts';

/** Articles that a model reads at the same time. */
const concurrency = 4;
/** Seconds after which another process takes an article: longer than the time limit of all attempts of a model. */
const leaseSeconds = 600;
const [pollMs, retryMs] = [2000, 2000];

interface RefinementOptions {
  readonly db: Kysely<Tables>;
  readonly models: Models;
  readonly budgets: Budgets;
  readonly subject: Subject;
  readonly version: string;
  readonly log: Logger;
}

/**
 * Has a connected language model read relevant articles again after their analysis. The article says which model changed it, or why none
 * did. Usage is written with the result, so that it is counted once.
 */
export function startRefinement({ db, models, budgets, subject, version, log }: RefinementOptions): Worker {
  const stopping = new AbortController();
  const { signal } = stopping;
  const { pause } = createPause(signal);

  async function refineOne(article: LeasedArticle): Promise<void> {
    const ledger = createLedger(budgets, 'chat');
    try {
      const refinement = await refine(models, article, subject, { signal, meter: ledger });
      await db.transaction().execute(async (trx) => {
        const isWritten = refinement !== undefined && (await writeRefinement(trx, article, version, refinement));
        if (!isWritten) await writeFailure(trx, article, version, 'invalid_response');
        await writeLedgers(trx, [ledger], []);
      });
    } catch (error) {
      if (signal.aborted) await releaseArticle(db, article, version);
      else {
        const { code } = toProblem(error);
        log[logLevelFor(error, 'warn')]({ article: article.id, code }, 'No model refined an article: the result of the rules stays');
        await writeFailure(db, article, version, code);
      }
    }
  }
  async function step(): Promise<boolean> {
    const articles = await leaseArticles(db, version, concurrency, leaseSeconds);
    await Promise.all(articles.map(refineOne));
    return articles.length > 0;
  }
  async function run(): Promise<void> {
    if (!canRefine(models)) {
      log.warn('NEWS_REFINE has no effect: connect a language model that writes JSON with TEXT_MODELS or OPENAI_*');
      return;
    }
    while (!signal.aborted) {
      try {
        if (!(await step())) await pause(pollMs);
      } catch (error) {
        log[logLevelFor(error, 'warn')]({ error }, 'The refinement of articles failed and will be retried');
        await pause(retryMs);
      }
    }
  }
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
