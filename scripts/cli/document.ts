/** The `schema` of a JSON document. A removed or redefined field requires a new version; an added field does not. */
export const schemaId = <N extends string>(name: N) => `leyenda/${name}/v1` as const;

/**
 * A JSON document as it is printed, with the id of its schema.
 * @param name the command, `error` or `evidence`
 */
export const documentText = (name: string, content: object): string =>
  `${JSON.stringify({ schema: schemaId(name), ...content }, null, 2)}\n`;
