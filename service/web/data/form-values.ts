/** A field of a form as text without spaces around it; '' without one. */
export const textOf = (form: FormData, name: string): string => secretOf(form, name).trim();

/** A field of a form as it was typed, for passwords; '' without one. */
export function secretOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
