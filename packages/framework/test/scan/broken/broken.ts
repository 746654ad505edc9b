export const port = Number("none");

if (Number.isNaN(port)) throw new TypeError("this module does not load");
