import { stripTypeScriptTypes } from 'node:module';

/** Jest transform: Node's own removal of types keeps every position, so stack traces need no source map. */
export default {
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
};
