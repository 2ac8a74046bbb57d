import { anyAddress } from '../constructs/address-ranges.ts';
import type { Environment, Logs } from '../environments/environment.ts';

/** Stores the read position of each file, so that a restart neither loses nor repeats lines. */
export const positionsFolder = '/var/lib/fluent-bit';

/** Folder of the node that holds the log files of its containers. */
export const logFolder = '/var/log';

/** A section of Fluent Bit's classic configuration format. */
const section = (name: string, entries: Readonly<Record<string, string | number>>) =>
  [`[${name}]`, ...Object.entries(entries).map(([key, value]) => `    ${key.padEnd(20)} ${value}`)].join('\n');

/** DNS name of Elasticsearch. */
const hostOf = ({ elasticsearch: { service, namespace } }: Logs) => `${service}.${namespace}.svc.cluster.local`;

/** Renders fluent-bit.conf. */
export function fluentBitConfig(environment: Environment, logs: Logs): string {
  const { ports, names, namespace } = environment;
  // The path also matches pods of other namespaces with the prefix in their names.
  const ofTheService = `kube.*_${namespace}_*`;
  return `${[
    section('SERVICE', {
      Flush: 1,
      Log_Level: 'info',
      HTTP_Server: 'On',
      HTTP_Listen: anyAddress(environment),
      HTTP_Port: ports['fluent-bit'],
      Health_Check: 'On',
    }),
    section('INPUT', {
      Name: 'tail',
      Path: `/var/log/containers/*${names.prefix}*.log`,
      // Built in, for containerd and CRI-O, whose lines have time, stream, flag and text; it joins the parts of a long line. The parser of the same
      // name, which is not multiline, puts the text into a field that the filter does not parse.
      'multiline.parser': 'cri',
      // Seconds until a new pod is found: with the default of 60, one that crashes earlier and is deleted leaves no line.
      Refresh_Interval: 5,
      Tag: 'kube.*',
      DB: `${positionsFolder}/positions.db`,
      Mem_Buf_Limit: '16MB',
      Skip_Long_Lines: 'On',
    }),
    // Adds pod metadata; parses JSON lines into fields.
    section('FILTER', { Name: 'kubernetes', Match: ofTheService, Merge_Log: 'On', Keep_Log: 'Off' }),
    section('OUTPUT', {
      Name: 'es',
      Match: ofTheService,
      Host: hostOf(logs),
      Port: ports.elasticsearch,
      Index: logs.index,
      // Elasticsearch 8 rejects type names.
      Suppress_Type_Name: 'On',
      Replace_Dots: 'On',
      Retry_Limit: 10,
    }),
  ].join('\n\n')}\n`;
}
