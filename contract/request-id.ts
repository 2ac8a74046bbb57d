/** An X-Request-ID of a caller is used if it matches: safe in a header and in a log line. */
export const requestIdPattern = /^[\w.:-]{8,64}$/;
