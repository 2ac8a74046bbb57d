/**
 * The additions of the sandbox to ECMAScript, as JavaScript: a function of the host's `write` and the maximum text length that runs
 * before the program. It keeps references to the built-ins it needs, so that a program cannot change its behavior.
 * Texts are passed as JSON: the bridge ends a string at its first NUL.
 */
export const prelude = `
((write, longest) => {
  const { stringify } = JSON;
  const { apply } = Reflect;
  const { slice } = String.prototype;
  const string = String;
  // One character more than allowed shows the host that it was longer.
  const cut = (text) => apply(slice, text, [0, longest + 1]);
  const plain = (key, value) => (typeof value === 'bigint' ? string(value) : value);
  const show = (value) => {
    if (typeof value === 'string') return value;
    try {
      const json = typeof value === 'object' ? stringify(value, plain) : undefined;
      return json === undefined ? string(value) : json;
    } catch {
      return 'value without text';
    }
  };
  const isError = (value) => typeof value === 'object' && value !== null && 'message' in value;
  const part = (error, key, otherwise) => {
    try {
      return stringify(cut(isError(error) ? string(error[key] ?? 'Error') : otherwise(error)));
    } catch {
      return '"Error"';
    }
  };
  globalThis.console = {
    log(...values) {
      let line = '';
      for (let i = 0; i < values.length; i++) {
        line += (i === 0 ? '' : ' ') + show(values[i]);
        if (line.length > longest) break;
      }
      write(stringify(cut(line)));
    },
  };
  return {
    value: (value) => {
      const json = stringify(value, plain);
      return json === undefined ? undefined : cut(json);
    },
    errorName: (error) => part(error, 'name', () => 'UncaughtValue'),
    errorMessage: (error) => part(error, 'message', show),
  };
})
`;
