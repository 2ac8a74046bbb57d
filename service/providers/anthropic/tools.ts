import * as z from 'zod';
import { unsupported } from './content.ts';

const described = z.looseObject({
  name: z.string(),
  description: z.string().nullish(),
  parameters: z.looseObject({}).nullish(),
  strict: z.boolean().nullish(),
});
const functionTool = z.looseObject({ type: z.literal('function'), function: described });

function toolOf({ name, description, parameters, strict }: z.output<typeof described>): object {
  return {
    name,
    ...(description ? { description } : {}),
    input_schema: { type: 'object', ...(parameters ?? { properties: {} }) },
    ...(strict === true ? { strict } : {}),
  };
}

/** A function becomes a tool; a tool of the Messages API itself is passed on. */
function translated(tool: unknown): unknown {
  const { success, data } = functionTool.safeParse(tool);
  if (success) return toolOf(data.function);
  if (z.looseObject({ type: z.literal('function') }).safeParse(tool).success)
    throw unsupported('tools', 'Each of tools needs a function with a name.');
  return tool;
}

const named = z.looseObject({ name: z.string() });
const choices: Readonly<Record<string, string>> = { auto: 'auto', none: 'none', required: 'any' };

function choiceOf(choice: unknown): { readonly type: string; readonly name?: string } | undefined {
  if (choice === undefined || choice === null) return undefined;
  if (typeof choice === 'string') return { type: choices[choice] ?? choice };
  const byName = z.union([z.looseObject({ function: named }).transform((each) => each.function), named]).safeParse(choice);
  if (byName.success) return { type: 'tool', name: byName.data.name };
  throw unsupported('tool_choice', 'tool_choice must be auto, none, required, or name a function.');
}

interface ToolOptions {
  readonly tools: unknown;
  /** Older name of `tools`. */
  readonly functions: unknown;
  readonly choice: unknown;
  readonly parallel: unknown;
}

const list = z.array(z.unknown()).catch([]);

/** The fields of a request about tools; none without tools, as the API requires. */
export function toolFields({ tools, functions, choice, parallel }: ToolOptions): object {
  const all = [
    ...list.parse(tools).map(translated),
    ...list.parse(functions).map((each) => translated({ type: 'function', function: each })),
  ];
  if (all.length === 0) return {};
  const isOneOnly = parallel === false;
  const chosen = choiceOf(choice) ?? (isOneOnly ? { type: 'auto' } : undefined);
  const isDisabled = isOneOnly && chosen?.type !== 'none';
  return { tools: all, ...(chosen && { tool_choice: { ...chosen, ...(isDisabled ? { disable_parallel_tool_use: true } : {}) } }) };
}
