/** Where the judge finds the sessions' script and the course's files; the page says it. */
export const FOLDERS = { worker: "", base: "" };
