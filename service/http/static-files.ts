import type { Context } from './context.ts';
import { Problem } from './problem.ts';
import type { Route } from './route.ts';
import type { Shape } from './shape.ts';

/** A file that this process serves. Pages load no files from other hosts. */
export interface StaticFile {
  readonly type: string;
  readonly read: () => Promise<Buffer | string>;
}
/** Files by their names. */
export type StaticFiles = Readonly<Record<string, StaticFile>>;

/** Serves the file that the path's `:file` names. */
export function fileRoute<S extends Shape>(shape: S, files: StaticFiles): Route<S> {
  /** Files are read once: they do not change while the process runs. */
  const contents = new Map<StaticFile, Buffer | string>();
  return {
    shape,
    async handle(ctx: Context) {
      const name = String(ctx.params.file);
      // Properties of the prototype are not files.
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
