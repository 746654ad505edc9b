/** Where the containers listen, as a bean: see `Places`. */
export const PlacesToken = Symbol("Places");
