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
/** What this build of QuickJS must find on instantiation. */
const initialPages = 256;
/** JS_EVAL_FLAG_ASYNC: `await` at the top level; the result is a promise of `{ value }`. */
const asyncScript = 1 << 7;
/** So few that the limits are looked at often, so many that a chain of promises runs fast. */
const jobsAtOnce = 100;

/** Why the interpreter is to stop, what was written so far. */
interface Watch {
  stopped: 'timeout' | 'output_limit' | undefined;
  output: string;
  /** Of the output. */
  bytes: number;
  /** Whether more memory was asked for than there may be. */
  memoryRefused: boolean;
}

/** Calls a function of the prelude. */
type Ask = (name: 'value' | 'errorName' | 'errorMessage', about: QuickJSHandle) => ReturnType<QuickJSContext['callFunction']>;

/** Runs a program in an interpreter of its own, which is left to the garbage collector after it. Blocks the thread. */
export async function interpret(code: string, limits: SandboxLimits): Promise<Outcome> {
  const watch: Watch = { stopped: undefined, output: '', bytes: 0, memoryRefused: false };
  const module = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmMemory: boundedMemory(limits, watch) }));
  let outcome: Outcome;
  try {
    const runtime = module.newRuntime({ maxStackSizeBytes: limits.stackBytes });
    stopInTime(runtime, limits, watch);
    outcome = run(runtime, code, limits, watch);
  } catch (error) {
    // A trap of WebAssembly: memory that ran out where QuickJS does not look, or this thread's stack before the interpreter's own.
    if (watch.memoryRefused) outcome = { status: 'memory', output: watch.output };
    else outcome = failure('InternalError', error instanceof RangeError ? 'stack overflow' : 'the interpreter failed', watch);
  }
  if (watch.stopped !== undefined) return { status: watch.stopped, output: watch.output };
  return outcome.status === 'error' && isOutOfMemory(outcome, watch) ? { status: 'memory', output: watch.output } : outcome;
}

const failure = (name: string, message: string, { output }: Watch): Outcome => ({ status: 'error', name, message, output });

/** The memory of an interpreter: V8 keeps its maximum. QuickJS's own limit counts blocks and not their sizes in this build. */
function boundedMemory({ memoryBytes }: SandboxLimits, watch: Watch): Memory {
  const memory = new WebAssembly.Memory({ initial: initialPages, maximum: Math.floor(memoryBytes / pageBytes) });
  const grow = memory.grow.bind(memory);
  memory.grow = (pages) => {
    try {
      return grow(pages);
    } catch (error) {
      watch.memoryRefused = true;
      throw error;
    }
  };
  return memory;
}

/** What QuickJS throws where not even an error fits any more, as the prelude calls it. */
const wordless = new Set(['', 'null', '[unsupported type]']);

const isOutOfMemory = ({ name, message }: { name: string; message: string }, { memoryRefused }: Watch) =>
  (name === 'InternalError' && message === 'out of memory') || (memoryRefused && wordless.has(message));

function stopInTime(runtime: QuickJSRuntime, { cpuMs }: SandboxLimits, watch: Watch): void {
  const start = process.threadCpuUsage();
  runtime.setInterruptHandler(() => {
    const { user, system } = process.threadCpuUsage(start);
    if (user + system > cpuMs * 1000) watch.stopped ??= 'timeout';
    return watch.stopped !== undefined;
  });
}

function run(runtime: QuickJSRuntime, code: string, limits: SandboxLimits, watch: Watch): Outcome {
  const context = runtime.newContext();
  const ask = install(context, limits, watch);
  const failed = (error: QuickJSHandle) => {
    const text = (name: 'errorName' | 'errorMessage') =>
      textOf(context, context.unwrapResult(ask(name, error))).slice(0, limits.outputBytes);
    return failure(text('errorName'), text('errorMessage'), watch);
  };
  const evaluated = context.evalCode(code, 'program.js', asyncScript);
  if (evaluated.error) return failed(evaluated.error);
  while (watch.stopped === undefined && runtime.hasPendingJob()) {
    const { error } = runtime.executePendingJobs(jobsAtOnce);
    if (error) return failed(error);
  }
  const script = context.getPromiseState(evaluated.value);
  // The program's last expression may be a promise too.
  const result = script.type === 'fulfilled' ? context.getPromiseState(context.getProp(script.value, 'value')) : script;
  if (result.type === 'pending') return failure('UnsettledPromise', 'the result is a promise that nothing settles', watch);
  if (result.type === 'rejected') return failed(result.error);
  const json = ask('value', result.value);
  if (json.error) return failed(json.error);
  const value = context.typeof(json.value) === 'string' ? context.getString(json.value) : undefined;
  if (Buffer.byteLength(value ?? '') > limits.outputBytes) watch.stopped ??= 'output_limit';
  return { status: 'ok', value, output: watch.output };
}

/** Puts console.log in; the program's only way to the host is a line of text. */
function install(context: QuickJSContext, { outputBytes }: SandboxLimits, watch: Watch): Ask {
  const write = context.newFunction('write', (line) => {
    if (watch.stopped !== undefined) return;
    const text = `${textOf(context, line)}\n`;
    const bytes = Buffer.from(text).subarray(0, outputBytes - watch.bytes);
    // A character that is cut in two is left out.
    watch.output += new TextDecoder().decode(bytes, { stream: true });
    watch.bytes += bytes.length;
    if (bytes.length < Buffer.byteLength(text)) watch.stopped = 'output_limit';
  });
  const setUp = context.unwrapResult(context.evalCode(prelude, 'prelude.js'));
  const functions = context.unwrapResult(context.callFunction(setUp, context.undefined, write, context.newNumber(outputBytes)));
  return (name, about) => context.callFunction(context.getProp(functions, name), context.undefined, about);
}

/** A text of the prelude. */
function textOf(context: QuickJSContext, json: QuickJSHandle): string {
  const text: unknown = JSON.parse(context.getString(json));
  return typeof text === 'string' ? text : '';
}
