/**
 * Character classes of RFC 3261 §25.1 as lookup tables: `table[code] === 1` tells membership. Codes above the table
 * answer `undefined`, which is no member either.
 */
export type CharacterTable = Readonly<Uint8Array>;

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";
const alphanum = letters + digits;
const unreserved = `${alphanum}-_.!~*'()`;

function tableOf(characters: string): CharacterTable {
  const table = new Uint8Array(256);
  for (let index = 0; index < characters.length; index++) table[characters.charCodeAt(index)] = 1;
  return table;
}

/** `DIGIT`. */
export const digitCharacters = tableOf(digits);
/** `HEXDIG`, either case. */
export const hexCharacters = tableOf(`${digits}ABCDEFabcdef`);
/** `ALPHA`. */
export const letterCharacters = tableOf(letters);
/** `token`. */
export const tokenCharacters = tableOf(`${alphanum}-.!%*_+\`'~`);
/** `word`, which Call-ID is made of. */
export const wordCharacters = tableOf(`${alphanum}-.!%*_+\`'~()<>:\\"/[]?{}`);
/** `unreserved`: an escape of one of these equals the bare character. */
export const unreservedCharacters = tableOf(unreserved);
/** `reserved`: an escape of one of these differs from the bare character, RFC 3261 §19.1.4. */
export const reservedCharacters = tableOf(";/?:@&=+$,");
/** `user`, without the escapes. */
export const userCharacters = tableOf(`${unreserved}&=+$,;?/`);
/** `password`, without the escapes. */
export const passwordCharacters = tableOf(`${unreserved}&=+$,`);
/** `paramchar` of a URI parameter, without the escapes. */
export const uriParameterCharacters = tableOf(`${unreserved}[]/:&+$`);
/** `hnv-unreserved` and `unreserved` of a URI header part, without the escapes. */
export const uriHeaderCharacters = tableOf(`${unreserved}[]/?:+$`);
/** `scheme` after its first letter. */
export const schemeCharacters = tableOf(`${alphanum}+-.`);
/** Host names, and the underscore that names in the field have. */
export const hostCharacters = tableOf(`${alphanum}-._`);
/** Bare IPv6 addresses, RFC 3986 §3.2.2. */
export const ipv6Characters = tableOf(`${digits}ABCDEFabcdef:.`);
/** `phonedigit-hex`: digits of a local number and visual separators, RFC 3966 §3. */
export const localNumberCharacters = tableOf(`${digits}ABCDEFabcdef*#-.()`);
/** `phonedigit`: digits and visual separators, RFC 3966 §3. */
export const phoneDigitCharacters = tableOf(`${digits}-.()`);
/** `pname` of a tel URI, RFC 3966 §3. */
export const telParameterNameCharacters = tableOf(`${alphanum}-`);
/** `uric` without the escapes, which `isub` of a tel URI is made of, RFC 3966 §3; without the `;` that would end it. */
export const subaddressCharacters = tableOf(`${unreserved}[]/:&+$=,?@`);
/** `token68` without its padding: a credential that is no parameter list, RFC 7235 §2.1. */
export const token68Characters = tableOf(`${alphanum}-._~+/`);
/** `base64-char` and `.`: the signature of Identity, RFC 8224 §4. */
export const signatureCharacters = tableOf(`${alphanum}+/=._-`);
/** What an authentication parameter without its quotes may hold: old clients send `uri=sip:…` bare. Ends at white space and comma. */
export const looseValueCharacters = tableOf(`${unreserved}%;/?:@&=+$[]{}\`^|#`);
/** What follows the scheme of a URI whose scheme is unknown here: anything visible that cannot end it. */
export const opaqueUriCharacters = tableOf(`${unreserved}%;/?:@&=+$,[]{}\`^|#\\`);
/** What a URI outside angle brackets may hold: it ends at `;`, `,` and `?` (RFC 3261 §20). */
export const bareUriCharacters = tableOf(`${unreserved}%/:@&=+$[]{}\`^|#\\`);

/** Tells whether the code is a digit. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Tells whether the code is a hexadecimal digit. */
export function isHexDigit(code: number): boolean {
  return hexCharacters[code] === 1;
}

/** Tells whether the code may stand in a token. */
export function isTokenCharacter(code: number): boolean {
  return tokenCharacters[code] === 1;
}
