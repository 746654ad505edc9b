import { defineConfig } from "vitepress";

export default defineConfig({
  title: "Siplet",
  description: "SIP servlets in TypeScript, on a SIP engine of their own",
  cleanUrls: true,
  srcExclude: ["node_modules/**"],
  themeConfig: {
    nav: [
      { text: "Guide", link: "/architecture" },
      { text: "API", link: "/api/" },
    ],
    sidebar: {
      "/": [
        {
          text: "Guide",
          items: [
            { text: "What Siplet is", link: "/" },
            { text: "Getting started", link: "/guide/getting-started" },
            { text: "Handlers", link: "/guide/handlers" },
            { text: "Sessions", link: "/guide/sessions" },
            { text: "Beans", link: "/guide/beans" },
            { text: "Concurrency", link: "/guide/concurrency" },
            { text: "Timers", link: "/guide/timers" },
            { text: "Testing an application", link: "/guide/testing" },
            { text: "Deployment", link: "/guide/deployment" },
            { text: "Architecture", link: "/architecture" },
            { text: "From JSR 289 and 359", link: "/jsr-359" },
            { text: "Application routers", link: "/application-routers" },
            { text: "Back-to-back user agents", link: "/b2bua" },
            { text: "Registrar and location", link: "/registrar" },
            { text: "Security", link: "/security" },
            { text: "Transports", link: "/transports" },
            { text: "Performance", link: "/performance" },
          ],
        },
        { text: "Reference", items: [{ text: "API", link: "/api/" }] },
      ],
    },
    search: { provider: "local" },
    outline: [2, 3],
  },
});
