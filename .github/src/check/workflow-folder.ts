/** The folder of GitHub's workflows. */
export const workflowFolder = '.github/workflows';
