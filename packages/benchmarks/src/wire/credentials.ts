import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BenchError } from "../bench-error.js";

/** A key and a certificate for 127.0.0.1 that nobody signed, made by openssl. */
export function makeCredentials(): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(join(tmpdir(), "siplet-bench-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1,URI:sip:127.0.0.1"];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"];
  try {
    execFileSync("openssl", ["req", "-x509", ...kind, ...subject, "-keyout", key, "-out", cert], { stdio: "ignore" });
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  } catch {
    throw new BenchError("openssl made no certificate; is it installed? apt-get install openssl");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
