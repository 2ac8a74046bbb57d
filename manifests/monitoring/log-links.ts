/** Grafana's variables. `$` is doubled, because Grafana replaces variables of its own environment in provisioned files. */
const variable = (name: '__value.raw' | '__trace.traceId') => `$\${${name}}`;

/** LogQL: all lines that contain a text. */
const linesWith = (text: string) => `{component=~".+"} |= "${text}"`;

/** A link below each line that has the field. */
const linkFrom = (field: 'request_id' | 'trace_id', urlDisplayLabel: string, url: string) => ({
  name: field,
  matcherRegex: `"${field}":"([^"]+)"`,
  urlDisplayLabel,
  url,
});

/** Grafana's page Explore with a query of Loki. */
function explore(expr: string): string {
  const panes = { logs: { datasource: 'loki', queries: [{ refId: 'A', expr }], range: { from: 'now-24h', to: 'now' } } };
  return `/explore?schemaVersion=1&panes=${encodeURIComponent(JSON.stringify(panes))}`;
}

const id = 'ID';
/** From a line to all lines of its request. Grafana replaces the variable after the encoding, which request ids do not need. */
export const requestLink = linkFrom(
  'request_id',
  'Lines of this request',
  explore(linesWith(id)).replace(id, () => variable('__value.raw')),
);

/** From a line to its trace. */
export const traceLink = { ...linkFrom('trace_id', 'Trace', variable('__value.raw')), datasourceUid: 'jaeger' };

/** From a trace to its lines. */
export const traceLines = { datasourceUid: 'loki', customQuery: true, query: linesWith(variable('__trace.traceId')) };
