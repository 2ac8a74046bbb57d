import { client } from '../connect/openai-node.mjs';
import { openAiFeatures } from './openai.mjs';
import { resultsOf } from './shared.mjs';

process.stdout.write(JSON.stringify(await resultsOf(openAiFeatures(client))));
