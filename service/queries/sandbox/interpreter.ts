import variant from '@jitl/quickjs-singlefile-mjs-release-sync';
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
} from 'quickjs-emscripten-core';
import type { Outcome } from './execution.ts';
import type { SandboxLimits } from './limits.ts';
import { prelude } from './prelude.ts';

interface Memory {
  grow(pages: number): number;
}
declare const WebAssembly: { readonly Memory: new (pages: { initial: number; maximum: number }) => Memory };
const pageBytes = 64 * 1024;
/** Required by this build of QuickJS. */
const initialPages = 256;
/** JS_EVAL_FLAG_ASYNC: `await` at the top level; the result is a promise of `{ value }`. */
const asyncScript = 1 << 7;
/** Few enough to check the limits often, many enough for fast promise chains. */
const jobsAtOnce = 100;

/** Why the interpreter must stop, and the output so far. */
interface RunState {
  stopped: 'timeout' | 'output_limit' | undefined;
  output: string;
  /** Of the output. */
  bytes: number;
  /** Whether the program exceeded its memory. */
  memoryExceeded: boolean;
}

/** Calls a function of the prelude. */
type CallPrelude = (name: 'value' | 'errorName' | 'errorMessage', about: QuickJSHandle) => ReturnType<QuickJSContext['callFunction']>;

/** Runs a program in a new interpreter, which is garbage collected afterwards. Blocks the thread. */
export async function interpret(code: string, limits: SandboxLimits): Promise<Outcome> {
  const state: RunState = { stopped: undefined, output: '', bytes: 0, memoryExceeded: false };
  const module = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmMemory: boundedMemory(limits, state) }));
  let outcome: Outcome;
  try {
    const runtime = module.newRuntime({ maxStackSizeBytes: limits.stackBytes });
    stopInTime(runtime, limits, state);
    outcome = run(runtime, code, limits, state);
  } catch (error) {
    // A trap of WebAssembly: out of memory where QuickJS does not check, or a stack overflow of this thread.
    if (state.memoryExceeded) outcome = { status: 'memory', output: state.output };
    else outcome = failure('InternalError', error instanceof RangeError ? 'stack overflow' : 'the interpreter failed', state);
  }
  if (state.stopped !== undefined) return { status: state.stopped, output: state.output };
  return outcome.status === 'error' && isOutOfMemory(outcome, state) ? { status: 'memory', output: state.output } : outcome;
}

const failure = (name: string, message: string, { output }: RunState): Outcome => ({ status: 'error', name, message, output });

/** The memory of an interpreter, limited by V8: QuickJS's own limit counts blocks instead of bytes in this build. */
function boundedMemory({ memoryBytes }: SandboxLimits, state: RunState): Memory {
  const memory = new WebAssembly.Memory({ initial: initialPages, maximum: Math.floor(memoryBytes / pageBytes) });
  const grow = memory.grow.bind(memory);
  memory.grow = (pages) => {
    try {
      return grow(pages);
    } catch (error) {
      state.memoryExceeded = true;
      throw error;
    }
  };
  return memory;
}

/** The message of an error for which QuickJS has no memory left, in the words of the prelude. */
const emptyMessages = new Set(['', 'null', '[unsupported type]']);

const isOutOfMemory = ({ name, message }: { name: string; message: string }, { memoryExceeded }: RunState) =>
  (name === 'InternalError' && message === 'out of memory') || (memoryExceeded && emptyMessages.has(message));

function stopInTime(runtime: QuickJSRuntime, { cpuMs }: SandboxLimits, state: RunState): void {
  const start = process.threadCpuUsage();
  runtime.setInterruptHandler(() => {
    const { user, system } = process.threadCpuUsage(start);
    if (user + system > cpuMs * 1000) state.stopped ??= 'timeout';
    return state.stopped !== undefined;
  });
}

function run(runtime: QuickJSRuntime, code: string, limits: SandboxLimits, state: RunState): Outcome {
  const context = runtime.newContext();
  const callPrelude = install(context, limits, state);
  const failed = (error: QuickJSHandle) => {
    const text = (name: 'errorName' | 'errorMessage') =>
      textOf(context, context.unwrapResult(callPrelude(name, error))).slice(0, limits.outputBytes);
    return failure(text('errorName'), text('errorMessage'), state);
  };
  const evaluated = context.evalCode(code, 'program.js', asyncScript);
  if (evaluated.error) return failed(evaluated.error);
  while (state.stopped === undefined && runtime.hasPendingJob()) {
    const { error } = runtime.executePendingJobs(jobsAtOnce);
    if (error) return failed(error);
  }
  const script = context.getPromiseState(evaluated.value);
  // The program's last expression may be a promise too.
  const result = script.type === 'fulfilled' ? context.getPromiseState(context.getProp(script.value, 'value')) : script;
  if (result.type === 'pending') return failure('UnsettledPromise', 'the result is a promise that nothing settles', state);
  if (result.type === 'rejected') return failed(result.error);
  const json = callPrelude('value', result.value);
  if (json.error) return failed(json.error);
  const value = context.typeof(json.value) === 'string' ? context.getString(json.value) : undefined;
  if (Buffer.byteLength(value ?? '') > limits.outputBytes) state.stopped ??= 'output_limit';
  return { status: 'ok', value, output: state.output };
}

/** Installs console.log; a line of text is the program's only output to the host. */
function install(context: QuickJSContext, { outputBytes }: SandboxLimits, state: RunState): CallPrelude {
  const write = context.newFunction('write', (line) => {
    if (state.stopped !== undefined) return;
    const text = `${textOf(context, line)}\n`;
    const bytes = Buffer.from(text).subarray(0, outputBytes - state.bytes);
    // An incomplete character at the end is dropped.
    state.output += new TextDecoder().decode(bytes, { stream: true });
    state.bytes += bytes.length;
    if (bytes.length < Buffer.byteLength(text)) state.stopped = 'output_limit';
  });
  const setUp = context.unwrapResult(context.evalCode(prelude, 'prelude.js'));
  const functions = context.unwrapResult(context.callFunction(setUp, context.undefined, write, context.newNumber(outputBytes)));
  return (name, about) => context.callFunction(context.getProp(functions, name), context.undefined, about);
}

/** Decodes a text of the prelude. */
function textOf(context: QuickJSContext, json: QuickJSHandle): string {
  const text: unknown = JSON.parse(context.getString(json));
  return typeof text === 'string' ? text : '';
}
