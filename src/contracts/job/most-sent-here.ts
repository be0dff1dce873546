/** Most messages of a run that whoever submits sends; of more the app sends all, as the queue has room for them. */
export const mostSentHere = 500;
