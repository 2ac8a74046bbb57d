/** A client library, with the versions that are installed and checked. */
export interface Client {
  readonly name: string;
  readonly language: 'JavaScript' | 'Python' | 'browser';
  readonly packages: readonly string[];
  /** File in `features` that prints the results. */
  readonly program: string;
  /** File in `connect`: how a program connects the client; `features` uses the same one. */
  readonly connect: string;
}

const javaScript = (name: string, packages: readonly string[], file = name): Client => ({
  name,
  language: 'JavaScript',
  packages,
  program: `${file}.mjs`,
  connect: `${file}.mjs`,
});
const python = (name: string, packages: readonly string[], file: string): Client => ({
  name,
  language: 'Python',
  packages,
  program: `${file}_features.py`,
  connect: `${file}_python.py`,
});

export const clients: readonly Client[] = [
  javaScript('openai-node', ['openai@7.59.0']),
  { ...javaScript('openai-node in Chromium', ['openai@7.59.0'], 'chromium'), language: 'browser' },
  javaScript('langchain-js', ['@langchain/openai@1.6.0', 'langchain@1.5.14', '@langchain/core@1.4.0']),
  javaScript('ai, @ai-sdk/openai-compatible', ['ai@7.0.173', '@ai-sdk/openai-compatible@3.0.92'], 'ai-sdk-compatible'),
  javaScript('ai, @ai-sdk/openai', ['ai@7.0.173', '@ai-sdk/openai@4.0.118'], 'ai-sdk-openai'),
  python('openai-python', ['openai==3.57.0'], 'openai'),
  python('langchain-openai', ['langchain-openai==1.7.4', 'langchain==1.5.2'], 'langchain_openai'),
  python('litellm', ['litellm==1.110.2'], 'litellm'),
  python('instructor', ['instructor==1.17.0'], 'instructor'),
];

/** All are in one folder; the last are those of the programs. */
export const npmPackages: readonly string[] = [
  ...new Set(clients.filter(({ language }) => language !== 'Python').flatMap(({ packages }) => packages)),
  'zod@4.6.7',
  'playwright-core@1.65.1',
  'esbuild@0.28.2',
];

/** In the order of the table. */
export const features = [
  'chat',
  'stream',
  'tools',
  'streamed tools',
  'parallel tools',
  'JSON mode',
  'JSON schema',
  'vision',
  'embeddings',
  'responses',
  'models',
  'errors',
] as const;
export type Feature = (typeof features)[number];
