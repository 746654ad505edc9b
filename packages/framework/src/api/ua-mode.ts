/** The role in a transaction: the one who asked, or the one who answers. JSR 289: `UAMode`. */
export type UaMode = "UAC" | "UAS";
