import { type LoadHookContext, registerHooks } from 'node:module';
import type { CheckReport, Finding } from '../../../scripts/cli/context.ts';
import { actions } from '../layer/actions.ts';
import { workflowFolder } from './workflow-folder.ts';

const checker = "GitHub's language service";
const described = Object.entries(actions);
const actionsMetadataProvider = {
  /** What `action.yml` declares, from our own table: the checker then checks names and required inputs too. */
  fetchActionMetadata: async ({ owner, name, path }: { readonly owner: string; readonly name: string; readonly path?: string }) => {
    const key = [owner, name, ...(path === undefined || path === '' ? [] : [path])].join('/');
    const action = described.find(([known]) => known === key)?.[1];
    if (action === undefined) throw new Error(`no description of ${key}`);
    const inputs = Object.entries(action.inputs).map(([input, kind]) => [input, { description: input, required: kind === 'required' }]);
    const outputs = action.outputs.map((output) => [output, { description: output }]);
    return { name: key, description: key, inputs: Object.fromEntries(inputs), outputs: Object.fromEntries(outputs) };
  },
};

/** The checker keeps what it parsed by address, so that each text needs its own. */
let asked = 0;

/** What the editors' checker of GitHub itself says of each file; skipped where its packages are not installed, as beside the bundled tool. */
export async function checkWithLanguageService(files: ReadonlyMap<string, string>): Promise<CheckReport> {
  const service = await load();
  if (service === undefined) return { checker, findings: [], skipped: 'not installed' };
  const findings: Finding[] = [];
  // It swallows its own failures and calls the file good: here they count.
  const swallowed = (file: string) => (text: string) => {
    findings.push({ file, line: 1, checker, text });
  };
  for (const [name, text] of files) {
    const file = `${workflowFolder}/${name}`;
    service.registerLogger({ info: () => {}, log: () => {}, warn: swallowed(file), error: swallowed(file) });
    asked += 1;
    const document = service.TextDocument.create(`file:///${asked}/${file}`, 'yaml', 1, text);
    const found = await service.validate(document, { actionsMetadataProvider });
    findings.push(
      ...found.map(({ message, range }) => ({
        file,
        line: range.start.line + 1,
        checker,
        text: typeof message === 'string' ? message : message.value,
      })),
    );
  }
  return { checker, findings };
}

/** The checker, or undefined where its packages are not installed. */
async function load() {
  try {
    return await importJudge();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_MODULE_NOT_FOUND') return undefined;
    // They import JSON without saying so, which Node refuses and bundlers do not.
    if (code !== 'ERR_IMPORT_ATTRIBUTE_MISSING') throw error;
    const hooks = registerHooks({ load: (url, context, next) => next(url, url.endsWith('.json') ? asJson(context) : context) });
    return importJudge().finally(() => hooks.deregister());
  }
}

const asJson = (context: LoadHookContext) => ({ ...context, importAttributes: { ...context.importAttributes, type: 'json' } });

async function importJudge() {
  const [{ registerLogger, validate }, { TextDocument }] = await Promise.all([
    import('@actions/languageservice'),
    import('vscode-languageserver-textdocument'),
  ]);
  return { registerLogger, validate, TextDocument };
}
