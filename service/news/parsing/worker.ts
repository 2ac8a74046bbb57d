/** The thread that parses large documents: a task comes in as a message, its answer goes out as one. */
import { parentPort } from 'node:worker_threads';
import { answerTask, type ParseTask } from './parse-task.ts';

parentPort?.on('message', (task: ParseTask) => parentPort?.postMessage(answerTask(task)));
