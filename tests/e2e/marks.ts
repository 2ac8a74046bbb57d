/** Annotation of the edge's namespace: when the load ended (milliseconds since 1970), for the file that looks what came of it. */
export const loadEnded = 'leyenda.dev/load-ended';
