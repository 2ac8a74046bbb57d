/** JSON that ends with a line break: without one, a terminal shows its prompt behind the last bracket of a response. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value)}\n`;
