import { type BackgroundRole, backgroundRoles, type ServingRole } from '../contract/roles.ts';
import type { AppDependencies } from './app-dependencies.ts';
import type { Worker } from './database/queue-worker.ts';
import type { PeriodicTask } from './runtime/periodic-tasks.ts';

/** Work of a role in addition to requests. */
export interface Background {
  readonly tasks: readonly PeriodicTask[];
  readonly startWorkers: () => readonly Worker[];
}

const backgrounds: Readonly<Record<BackgroundRole, (app: AppDependencies) => Background>> = {
  worker: ({ batches, backups, settings }) => ({
    tasks: [...batches.workerTasks, backups],
    startWorkers: () => [batches.startWorker(settings.WORKER_CONCURRENCY)],
  }),
  scraper: ({ fetching }) => ({ tasks: fetching.workerTasks, startWorkers: fetching.startWorkers }),
  analytics: ({ analysisQueue, analysisStage, startNewsRefinement, analytics, exports, settings }) => ({
    tasks: [analysisQueue, ...analytics.tasks, ...exports.workerTasks],
    startWorkers: () => [analysisStage.start(), exports.startWorker(), ...(settings.NEWS_REFINE ? [startNewsRefinement()] : [])],
  }),
};

/** The work of a process in the background, that of every role if its role is `all`. */
export function backgroundOf(role: ServingRole, app: AppDependencies): Background {
  const own = backgroundRoles.filter((each) => role === 'all' || each === role).map((each) => backgrounds[each](app));
  return { tasks: own.flatMap(({ tasks }) => tasks), startWorkers: () => own.flatMap(({ startWorkers }) => startWorkers()) };
}
