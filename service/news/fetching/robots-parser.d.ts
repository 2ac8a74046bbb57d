/** The types of the package declare a member `default` of its CommonJS module, which has none. */
declare module 'robots-parser/Robots.js' {
  export default class Robots {
    constructor(url: string, text: string);
    /** Undefined: the URL is of another host. */
    isAllowed(url: string, productToken: string): boolean | undefined;
    /** Seconds. */
    getCrawlDelay(productToken: string): number | undefined;
  }
}
