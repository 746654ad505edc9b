/** Where the border stands, and what lies behind it. */
export class Settings {
  host = process.env["SIP_HOST"] ?? "127.0.0.1";
  port = Number(process.env["SIP_PORT"] ?? 5060);
  /** Host and port of the other network. */
  target = process.env["TARGET"] ?? "127.0.0.1:5070";
  /** What either side knows the other by. */
  domain = process.env["DOMAIN"] ?? "border.example.com";
}
