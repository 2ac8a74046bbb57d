import type { Environment, Logs } from '../environments/environment.ts';

/** Where the position in each file is kept: lines are neither lost nor sent twice when the container starts again. */
export const positionsFolder = '/var/lib/fluent-bit';

/** Folder of the node that holds the log files of its containers. */
export const logFolder = '/var/log';

/** One section of Fluent Bit's classic notation. */
const section = (name: string, entries: Readonly<Record<string, string | number>>) =>
  [`[${name}]`, ...Object.entries(entries).map(([key, value]) => `    ${key.padEnd(20)} ${value}`)].join('\n');

/** Where Elasticsearch is found in the cluster. */
const hostOf = ({ elasticsearch: { service, namespace } }: Logs) => `${service}.${namespace}.svc.cluster.local`;

/** fluent-bit.conf with the values of guide row OB-21. */
export function fluentBitConfig({ ports, names, namespace }: Environment, logs: Logs): string {
  return `${[
    section('SERVICE', {
      Flush: 1,
      Log_Level: 'info',
      Parsers_File: '/fluent-bit/etc/parsers.conf',
      HTTP_Server: 'On',
      HTTP_Listen: '0.0.0.0',
      HTTP_Port: ports['fluent-bit'],
      Health_Check: 'On',
    }),
    section('INPUT', {
      Name: 'tail',
      Path: `/var/log/containers/*${names.prefix}*.log`,
      // The guide's `docker` reads JSON lines. containerd and CRI-O write lines of another form (time, stream, flag, text).
      Parser: 'cri',
      Tag: 'kube.*',
      DB: `${positionsFolder}/positions.db`,
      Mem_Buf_Limit: '16MB',
      Skip_Long_Lines: 'On',
    }),
    // Who said it; a line that is JSON itself becomes fields.
    section('FILTER', { Name: 'kubernetes', Match: `kube.*_${namespace}_*`, Merge_Log: 'On', Keep_Log: 'Off' }),
    section('OUTPUT', {
      Name: 'es',
      Match: 'kube.*',
      Host: hostOf(logs),
      Port: ports.elasticsearch,
      Index: logs.index,
      // From version 8 on Elasticsearch refuses the name of a type.
      Suppress_Type_Name: 'On',
      Replace_Dots: 'On',
      Retry_Limit: 10,
    }),
  ].join('\n\n')}\n`;
}
