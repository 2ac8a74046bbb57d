import { client } from '../connect/chromium.mjs';
import { openAiFeatures } from './openai.mjs';
import { resultsOf } from './shared.mjs';

globalThis.results = resultsOf(openAiFeatures(client));
