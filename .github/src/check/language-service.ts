import { type LoadHookContext, registerHooks } from 'node:module';
import type { CheckReport, Finding } from '../../../scripts/cli/context.ts';
import { actions } from '../layer/actions.ts';
import { workflowFolder } from './repository.ts';

const checker = "GitHub's language service";
const described = Object.entries(actions);
const actionsMetadataProvider = {
  /** Inputs and outputs of `action.yml` from actions.ts: the service then checks names and required inputs too. */
  fetchActionMetadata: async ({ owner, name, path }: { readonly owner: string; readonly name: string; readonly path?: string }) => {
    const key = [owner, name, ...(path === undefined || path === '' ? [] : [path])].join('/');
    const action = described.find(([known]) => known === key)?.[1];
    if (action === undefined) throw new Error(`no description of ${key}`);
    const inputs = Object.entries(action.inputs).map(([input, kind]) => [input, { description: input, required: kind === 'required' }]);
    const outputs = action.outputs.map((output) => [output, { description: output }]);
    return { name: key, description: key, inputs: Object.fromEntries(inputs), outputs: Object.fromEntries(outputs) };
  },
};

/** The service caches parsed documents by URL, so each text needs another URL. */
let documents = 0;

/** Runs the language service of GitHub's editor extension on each file; skipped if its packages are not installed, as with the bundled tool. */
export async function checkWithLanguageService(files: ReadonlyMap<string, string>): Promise<CheckReport> {
  const service = await load();
  if (service === undefined) return { checker, findings: [], skipped: 'not installed' };
  const findings: Finding[] = [];
  // The service logs its own errors and reports no finding: here they count as findings.
  const logFinding = (file: string) => (text: string) => {
    findings.push({ file, line: 1, checker, text });
  };
  for (const [name, text] of files) {
    const file = `${workflowFolder}/${name}`;
    service.registerLogger({ info: () => {}, log: () => {}, warn: logFinding(file), error: logFinding(file) });
    documents += 1;
    const document = service.TextDocument.create(`file:///${documents}/${file}`, 'yaml', 1, text);
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

/** The service; undefined if its packages are not installed. */
async function load() {
  try {
    return await importService();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_MODULE_NOT_FOUND') return undefined;
    // The packages import JSON without an import attribute, which Node rejects and bundlers accept.
    if (code !== 'ERR_IMPORT_ATTRIBUTE_MISSING') throw error;
    const hooks = registerHooks({ load: (url, context, next) => next(url, url.endsWith('.json') ? asJsonModule(context) : context) });
    return importService().finally(() => hooks.deregister());
  }
}

const asJsonModule = (context: LoadHookContext) => ({ ...context, importAttributes: { ...context.importAttributes, type: 'json' } });

async function importService() {
  const [{ registerLogger, validate }, { TextDocument }] = await Promise.all([
    import('@actions/languageservice'),
    import('vscode-languageserver-textdocument'),
  ]);
  return { registerLogger, validate, TextDocument };
}
