import type { Kysely } from 'kysely';
import type { SqlExecutor } from '../../database/job-queues.ts';
import { logLevelFor } from '../../database/outage-log.ts';
import type { Worker } from '../../database/queue-worker.ts';
import type { Tables } from '../../database/tables.ts';
import { inTurns } from '../../runtime/event-loop-turns.ts';
import type { Logger } from '../../telemetry/log.ts';
import { traced } from '../../telemetry/traced.ts';
import type { Analysis } from './analysis.ts';
import { type AnalyzedArticle, resetOtherVersions, takeWaiting, type WaitingArticle, writeAnalyses } from './article-rows.ts';
import { createPause } from './pause.ts';
import { notLeased } from './refinement-rows.ts';
import { analysisVersion, type Subject } from './subject.ts';

/** Articles of one transaction: a stop waits for it, and the embedded database has no other connection meanwhile. */
const chunkSize = 25;
/** Articles that one statement checks for another version. */
const resetSize = 1000;
/** Milliseconds between two looks at the table while it is empty, and after a failure. */
const [pollMs, retryMs] = [1500, 1000];
/** Articles that a process of the release before analyzed during a rollout are found by a second look. */
const secondResetMs = 600_000;
/** The trigger of migration 0013 notifies this channel when articles are added. */
const channel = 'news_articles_waiting';

/** What the stage needs; `analyze` is that of analyze.ts, which is loaded with the first article. */
interface StageOptions {
  readonly db: Kysely<Tables>;
  readonly executor: SqlExecutor;
  readonly subject: Subject;
  readonly log: Logger;
  /** Relevant articles wait for their refinement afterwards. */
  readonly refines: boolean;
  /** Reports the seconds of each analysis. */
  readonly onAnalyzed: (seconds: number) => void;
  /** Called when the last waiting article is analyzed. */
  readonly onDone: () => Promise<unknown>;
}

const unknownAnalysis: AnalyzedArticle['analysis'] = {
  language: null,
  relevance: 0,
  isRelevant: false,
  sentiment: null,
  topics: [],
  keywords: [],
  country: null,
};

/** What is stored with the results: how the analysis came to them. */
const explanationOf = ({ languageConfidence, matches, sentiment, topics, entities }: Analysis) => ({
  language_confidence: languageConfidence,
  matches,
  tone: sentiment?.words ?? [],
  topics,
  entities,
});

/** Works through the articles that wait for their analysis. Each is analyzed once per version, by whichever process takes it. */
export function createAnalysisStage({ db, executor, subject, log, refines, onAnalyzed, onDone }: StageOptions) {
  const version = analysisVersion(subject);

  async function analyzeOne(article: WaitingArticle): Promise<AnalyzedArticle> {
    const { analyze } = await import('./analyze.ts');
    const start = performance.now();
    try {
      const analysis = analyze(article, subject);
      return {
        id: article.id,
        analysis,
        explanation: { ...explanationOf(analysis), ...(refines && analysis.isRelevant ? { refine_after: notLeased } : {}) },
      };
    } catch (error) {
      // It must not stop those behind it.
      log.error({ error, article: article.id }, 'An article cannot be analyzed');
      return { id: article.id, analysis: unknownAnalysis, explanation: { failed: true } };
    } finally {
      onAnalyzed((performance.now() - start) / 1000);
    }
  }

  /** Analyzes each article in a turn of the event loop of its own. */
  const analyzeAll = (waiting: readonly WaitingArticle[]): Promise<AnalyzedArticle[]> =>
    inTurns(async (nextTurn) => {
      const results: AnalyzedArticle[] = [];
      for (const article of waiting) {
        await nextTurn();
        results.push(await analyzeOne(article));
      }
      return results;
    });

  /** Analyzes up to `chunkSize` articles. */
  const analyzeChunk = (): Promise<number> =>
    db.transaction().execute(async (trx) => {
      const waiting = await takeWaiting(trx, chunkSize);
      if (waiting.length === 0) return 0;
      await traced(
        () => ({ name: 'analyze articles', kind: 'internal', attributes: { articles: waiting.length } }),
        async () => writeAnalyses(trx, version, await analyzeAll(waiting)),
      );
      return waiting.length;
    });

  return {
    version,
    /** Analyzes waiting articles until it is stopped. */
    start(): Worker {
      const stopping = new AbortController();
      const { signal } = stopping;
      const { pause, wake } = createPause(signal);
      let resets = [0, secondResetMs].map((delay) => ({ dueAt: performance.now() + delay, after: '0' }));

      /** @returns whether there are more articles to check */
      async function resetNext(): Promise<boolean> {
        const [current, ...rest] = resets;
        if (current === undefined || current.dueAt > performance.now()) return false;
        const { last, reset } = await resetOtherVersions(db, version, current.after, resetSize);
        if (reset > 0) log.info({ articles: reset, version }, 'Articles of another version of the analysis wait again');
        resets = last === undefined ? rest : [{ ...current, after: last }, ...rest];
        return last !== undefined;
      }
      /** @returns whether there is more to do */
      const step = async () => (await resetNext()) || (await analyzeChunk()) > 0;
      async function run(): Promise<void> {
        let changed = false;
        while (!signal.aborted) {
          try {
            if (await step()) {
              changed = true;
              continue;
            }
            if (changed) await onDone();
            changed = false;
            await pause(pollMs);
          } catch (error) {
            log[logLevelFor(error, 'warn')]({ error }, 'The analysis of articles failed and will be retried');
            await pause(retryMs);
          }
        }
      }
      const listening = executor.listen?.(channel, wake, wake).catch((error: unknown) => {
        log.debug({ error }, 'Articles are found by polling: the database sends no notifications');
        return undefined;
      });
      const running = run();
      return {
        async stop() {
          stopping.abort();
          await running;
          await (await listening)?.close();
        },
      };
    },
  };
}
