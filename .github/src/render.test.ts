import { registerLogger, validate } from '@actions/languageservice';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { actions } from './layer/actions.ts';
import { renderWorkflows } from './render.ts';

const described = Object.entries(actions);
const provider = {
  /** What `action.yml` declares, from our own table: the judge then checks names and required inputs too. */
  fetchActionMetadata: async ({ owner, name, path }: { readonly owner: string; readonly name: string; readonly path?: string }) => {
    const key = [owner, name, ...(path === undefined || path === '' ? [] : [path])].join('/');
    const action = described.find(([known]) => known === key)?.[1];
    if (action === undefined) throw new Error(`no description of ${key}`);
    const inputs = Object.entries(action.inputs).map(([input, kind]) => [input, { description: input, required: kind === 'required' }]);
    const outputs = action.outputs.map((output) => [output, { description: output }]);
    return { name: key, description: key, inputs: Object.fromEntries(inputs), outputs: Object.fromEntries(outputs) };
  },
};
/** The judge keeps what it parsed by address, so that each text needs its own. */
let asked = 0;
const judged = async (file: string, text: string) => {
  asked += 1;
  const document = TextDocument.create(`file:///${asked}/.github/workflows/${file}`, 'yaml', 1, text);
  return (await validate(document, { actionsMetadataProvider: provider })).map(({ message }) => message);
};

beforeAll(() => {
  // It swallows its own failures and calls the file good: here they count.
  const fail = (message: string) => {
    throw new Error(message);
  };
  registerLogger({ info: () => undefined, log: () => undefined, warn: fail, error: fail });
});

describe("GitHub's language service", () => {
  test.each([...renderWorkflows()])('finds nothing wrong in %s', async (file, text) => {
    expect(await judged(file, text)).toEqual([]);
  });

  test.each([
    ['a misspelt key', 'timeout-minutes:', 'timeout-minute:', 'timeout-minute'],
    ['a misspelt input', 'persist-credentials:', 'persist-credential:', 'persist-credential'],
    ['a step that is not there', 'steps.build.outputs.digest', 'steps.biuld.outputs.digest', 'biuld'],
    ['a job that is not needed', 'needs.build.outputs.digest', 'needs.test.outputs.digest', 'test'],
  ])('would find %s', async (_, right, wrong, complaint) => {
    const text = renderWorkflows().get('release.yml') ?? '';
    expect(text).toContain(right);
    expect((await judged('release.yml', text.replaceAll(right, wrong))).join('\n')).toContain(complaint);
  });
});
