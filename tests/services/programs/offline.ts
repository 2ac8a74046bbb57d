/** Sends the offline model a text that it reads in a thread, and prints its response. */
import { createOfflineModel } from '../../../service/providers/offline/offline.ts';
import { testCard } from '../../../service/testing/models.ts';

const messages = [{ role: 'user' as const, content: 'A day at the beach. '.repeat(1000) }];
process.stdout.write((await createOfflineModel(testCard()).chat({ messages }, new AbortController().signal)).text);
