const form = /^(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)$/;

/** The name of a set: its time in UTC as `%Y%m%d_%H%M%S`. */
export const setIdOf = (time: Date): string => time.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_');

/** The time of a set; undefined if the text is no name of one. */
export function timeOfSet(id: string): Date | undefined {
  const time = new Date(id.replace(form, '$1-$2-$3T$4:$5:$6Z'));
  return form.test(id) && !Number.isNaN(time.getTime()) && setIdOf(time) === id ? time : undefined;
}
