/** The members of a type that its base does not have, with their modifiers: for tests that name all of them. */
export type OwnMembers<T, Base = object> = Pick<T, Exclude<keyof T, keyof Base>>;
