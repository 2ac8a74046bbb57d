import type { Context } from './context.ts';
import { Problem } from './problem.ts';
import type { Route } from './route.ts';
import type { Shape } from './shape.ts';

/** A file that this process serves: a page has no file of another host. */
export interface StaticFile {
  readonly type: string;
  readonly read: () => Promise<Buffer | string>;
}
/** Files by their names. */
export type StaticFiles = Readonly<Record<string, StaticFile>>;

/** Answers the file that the path's `:file` names, 404 if there is none. */
export function fileRoute<S extends Shape>(shape: S, files: StaticFiles): Route<S> {
  /** What was read once: a file does not change while the process runs. */
  const contents = new Map<StaticFile, Buffer | string>();
  return {
    shape,
    async handle(ctx: Context) {
      const name = String(ctx.params.file);
      // What every object has by its prototype is no file.
      const file = Object.hasOwn(files, name) ? files[name] : undefined;
      if (file === undefined) throw new Problem('not_found');
      const content = contents.get(file) ?? (await file.read());
      contents.set(file, content);
      ctx.body = content;
      ctx.type = file.type;
      ctx.set('Cache-Control', 'public, max-age=3600');
    },
  };
}
