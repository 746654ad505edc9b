/** Languages of `Accept-Language` values, the preferred one first; one with `q=0` is not accepted (RFC 3261 §20.3). */
export function languagesByPreference(values: readonly string[]): readonly string[] {
  const ranked = values.map((value) => {
    const [language = "", ...parameters] = value.split(";").map((each) => each.trim());
    const q = parameters.find((each) => /^q\s*=/i.test(each))?.split("=")[1];
    return { language, q: q === undefined ? 1 : Number(q) };
  });
  const accepted = ranked.filter(({ language, q }) => language !== "" && q > 0);
  return accepted.toSorted((one, other) => other.q - one.q).map(({ language }) => language);
}
