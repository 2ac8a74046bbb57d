/** A caller's X-Request-ID is kept when it can stand in a header and a log line without harm. */
export const requestIdPattern = /^[\w.:-]{8,64}$/;
