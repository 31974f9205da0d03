// How outputs are named: those of Jupyter, and ours.
export const CARD = "application/vnd.sme-survey.card+json";
export const NARROW = "application/vnd.sme-survey.narrow+svg";
export const GLUE = "application/papermill.record/";
