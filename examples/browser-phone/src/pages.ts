import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import express, { Router } from "express";

/** What the page needs to know to register. */
export interface PhoneSettings {
  readonly domain: string;
  /** Names to choose from. */
  readonly users: readonly string[];
  /** Whether the registrar asks for one. */
  readonly asksPassword: boolean;
}

const publicFolder = fileURLToPath(new URL("../public", import.meta.url));

/** The page of the phone, its settings, and JsSIP in one file: the page itself needs no build. */
export async function phonePages(settings: PhoneSettings): Promise<Router> {
  const jssip = await bundleJsSip();
  const router = Router();
  router.get("/settings", (_request, response) => void response.json(settings));
  router.get("/jssip.js", (_request, response) => void response.type("text/javascript").send(jssip));
  router.use(express.static(publicFolder));
  return router;
}

async function bundleJsSip(): Promise<string> {
  const bundle = await build({
    stdin: { contents: 'export * from "jssip"; export { default } from "jssip";', resolveDir: publicFolder },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "inline",
  });
  return bundle.outputFiles[0]?.text ?? "";
}
