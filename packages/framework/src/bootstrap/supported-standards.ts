const words = (text: string): readonly string[] => Object.freeze(text.split(" "));

/** Option tags, then methods beyond RFC 3261: what applications find as `javax.servlet.sip.supported`. JSR 289 §3.1 */
export const supported = words(
  "100rel timer join replaces path outbound norefersub from-change PRACK UPDATE INFO MESSAGE REFER SUBSCRIBE NOTIFY PUBLISH",
);

/** What applications find as `javax.servlet.sip.supportedRfcs`; those that others have replaced stand at the end. */
export const supportedRfcs = words(
  "3261 3262 3263 3311 3326 3327 3428 3515 3581 3824 3841 3891 3903 3911 3966 4028 4916 5057 5393 5626 5658 6026 6086 " +
    "6116 6141 6455 6665 7118 7616 8760 2617 2976 3265",
);
