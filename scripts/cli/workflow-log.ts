/**
 * Commands that GitHub Actions reads from a step's output:
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** Starts a group of lines that the log folds; groups cannot be nested. */
export const groupCommand = (title: string): string => `::group::${data(title)}`;
export const endGroupCommand = '::endgroup::';
/** An error in the annotations of the run. */
export const errorCommand = (title: string, text: string): string => `::error title=${property(title)}::${data(text)}`;
